package io.dromedary.json;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Changes single fields of a JSON object's bytes and leaves all others as they are, white space included. Not safe for
 * several threads; an edit is used once.
 */
public final class ObjectEdit {

    private static final byte[] COMMA = {','};
    private static final byte[] COLON = {':'};

    private final byte[] json;
    private final ObjectFields fields;
    private final Map<String, byte[]> values = new LinkedHashMap<>();

    /** @param fields those of {@code json}; of those that were picked only may be edited */
    public ObjectEdit(byte[] json, ObjectFields fields) {
        this.json = json;
        this.fields = fields;
    }

    /** Gives the field that value (JSON text), whether it is there or not. */
    public void set(String name, byte[] value) {
        values.put(name, value);
    }

    /** Gives the field that value (JSON text) if it is not there. */
    public void setIfAbsent(String name, byte[] value) {
        if (fields.find(name).isEmpty()) {
            values.putIfAbsent(name, value);
        }
    }

    /** Takes the field out, and nothing if it is not there. */
    public void remove(String name) {
        if (fields.find(name).isPresent()) {
            values.put(name, null);
        } else {
            values.remove(name);
        }
    }

    /**
     * Gives the field what {@code change} makes of the value that it would have (JSON text); nothing if it would not be
     * there.
     */
    public void change(String name, UnaryOperator<byte[]> change) {
        byte[] value = values.containsKey(name) ? values.get(name) : fields.find(name)
                .map(field -> Arrays.copyOfRange(json, field.value(), field.end())).orElse(null);
        byte[] changed = value == null ? null : change.apply(value);
        if (changed != value) {
            values.put(name, changed);
        }
    }

    /** The changed bytes; the original array itself if nothing changes. */
    public byte[] apply() {
        return slices().bytes();
    }

    /** The changed text, which a long one is not copied for. */
    public JsonSlices slices() {
        if (values.isEmpty()) {
            return JsonSlices.of(json);
        }
        JsonSlices.Writer out = new JsonSlices.Writer(json.length);
        Map<String, byte[]> left = new LinkedHashMap<>(values);
        out.add(json, 0, fields.open());
        boolean first = true;
        int from = fields.open();
        int next = 0;
        for (ObjectFields.Field field : fields.all()) {
            if (!left.containsKey(field.name())) {
                continue;
            }
            byte[] value = left.remove(field.name());
            if (field.index() > next) {
                int between = endBefore(field.start());
                int begin = first ? skipComma(from) : from;
                out.add(json, begin, between - begin);
                first = false;
                from = between;
            }
            if (value != null) {
                int begin = first ? skipComma(from) : from;
                out.add(json, begin, field.value() - begin);
                out.add(value);
                first = false;
            }
            // What stands before a field that goes, its comma too, goes with it.
            from = field.end();
            next = field.index() + 1;
        }
        if (next < fields.count()) {
            int begin = first ? skipComma(from) : from;
            out.add(json, begin, fields.lastEnd() - begin);
            first = false;
            from = fields.lastEnd();
        }
        for (Map.Entry<String, byte[]> added : left.entrySet()) {
            if (added.getValue() != null) {
                if (!first) {
                    out.add(COMMA);
                }
                out.add(Json.literal(added.getKey()));
                out.add(COLON);
                out.add(added.getValue());
                first = false;
            }
        }
        out.add(json, from, json.length - from);
        return out.end();
    }

    /** The first field that is kept has no comma before it. */
    private int skipComma(int from) {
        int at = from;
        while (isSpace(json[at])) {
            at++;
        }
        return json[at] == ',' ? at + 1 : from;
    }

    /** Where the field ends that stands before one that is not the first: before the comma and the white space. */
    private int endBefore(int start) {
        int at = start - 1;
        while (json[at] != ',') {
            at--;
        }
        while (isSpace(json[at - 1])) {
            at--;
        }
        return at;
    }

    private static boolean isSpace(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }
}
