package io.dromedary.observe.accesslog;

import java.util.List;

/**
 * One object of JSON as it is written, a field after the other. Texts are cut and lists end after {@value #MOST}, so
 * that a line is bounded whatever its request was.
 */
final class JsonLine {

    /** How many items of a list are written. */
    static final int MOST = 32;
    private static final int LONGEST = 256;

    private final StringBuilder out;
    private boolean first = true;

    /** @param out where it is written */
    JsonLine(StringBuilder out) {
        this.out = out;
        out.append('{');
    }

    /** A text; nothing where it is null. */
    JsonLine text(String key, String value) {
        if (value != null) {
            begin(key);
            JsonText.append(out, cut(value));
        }
        return this;
    }

    /** A whole number. */
    JsonLine number(String key, long value) {
        begin(key);
        out.append(value);
        return this;
    }

    /** Microseconds as ms, with three digits after the point; nothing where they are negative. */
    JsonLine ms(String key, long micros) {
        if (micros < 0) {
            return this;
        }
        begin(key);
        out.append(micros / 1000).append('.');
        long rest = micros % 1000;
        out.append((char) ('0' + rest / 100)).append((char) ('0' + rest / 10 % 10)).append((char) ('0' + rest % 10));
        return this;
    }

    /** True or false. */
    JsonLine flag(String key, boolean value) {
        begin(key);
        out.append(value);
        return this;
    }

    /** True; nothing where it is not. */
    JsonLine mark(String key, boolean value) {
        return value ? flag(key, true) : this;
    }

    /** A list of texts; nothing where it is empty. */
    JsonLine texts(String key, List<String> values) {
        if (values.isEmpty()) {
            return this;
        }
        begin(key);
        out.append('[');
        for (int i = 0; i < Math.min(MOST, values.size()); i++) {
            if (i > 0) {
                out.append(',');
            }
            JsonText.append(out, cut(values.get(i)));
        }
        out.append(']');
        return this;
    }

    /** Begins a field whose value the caller writes. */
    StringBuilder begin(String key) {
        if (!first) {
            out.append(',');
        }
        first = false;
        return out.append('"').append(key).append("\":");
    }

    /** The object is whole. */
    void end() {
        out.append('}');
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
