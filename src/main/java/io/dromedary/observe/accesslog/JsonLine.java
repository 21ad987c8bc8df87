package io.dromedary.observe.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One object of JSON as it is written, a field after the other. Texts are cut and lists
 * end after {@value #MOST}, so that a line is bounded whatever its request was.
 */
final class JsonLine {

    /** How many items of a list are written. */
    static final int MOST = 32;
    private static final int LONGEST = 256;
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

    private final LineBytes out;
    private boolean first = true;

    /** @param out where it is written */
    JsonLine(LineBytes out) {
        this.out = out;
        out.add('{');
    }

    /** A text; nothing where it is null. */
    JsonLine text(LogLabel field, String value) {
        if (value != null) {
            begin(field);
            JsonText.append(out, cut(value));
        }
        return this;
    }

    /** A whole number of 0 or more. */
    JsonLine number(LogLabel field, long value) {
        begin(field);
        out.add(value);
        return this;
    }

    /** Microseconds as ms, with three digits after the point; nothing where they are negative. */
    JsonLine ms(LogLabel field, long micros) {
        if (micros < 0) {
            return this;
        }
        begin(field);
        out.add(micros / 1000);
        out.add('.');
        long rest = micros % 1000;
        out.add((char) ('0' + rest / 100));
        out.add((char) ('0' + rest / 10 % 10));
        out.add((char) ('0' + rest % 10));
        return this;
    }

    /** True or false. */
    JsonLine flag(LogLabel field, boolean value) {
        begin(field);
        out.add(value ? TRUE : FALSE);
        return this;
    }

    /** True; nothing where it is not. */
    JsonLine mark(LogLabel field, boolean value) {
        return value ? flag(field, true) : this;
    }

    /** A list of texts; nothing where it is empty. */
    JsonLine texts(LogLabel field, List<String> values) {
        if (values.isEmpty()) {
            return this;
        }
        begin(field);
        out.add('[');
        for (int i = 0; i < Math.min(MOST, values.size()); i++) {
            if (i > 0) {
                out.add(',');
            }
            JsonText.append(out, cut(values.get(i)));
        }
        out.add(']');
        return this;
    }

    /** Begins a field whose value the caller writes. */
    LineBytes begin(LogLabel field) {
        if (!first) {
            out.add(',');
        }
        first = false;
        out.add(field.label());
        return out;
    }

    /** The object is whole. */
    void end() {
        out.add('}');
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
