package io.dromedary.json;

import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Changes single fields of a JSON object's bytes and leaves all others as they are, white space included. Not safe for
 * several threads; an edit is used once.
 */
public final class ObjectEdit {

    private final byte[] json;
    private final ObjectFields fields;
    private final Map<String, byte[]> values = new LinkedHashMap<>();

    /** @param fields those of {@code json} */
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

    /** The changed bytes; the original array itself if nothing changes. */
    public byte[] apply() {
        if (values.isEmpty()) {
            return json;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length + 128);
        Map<String, byte[]> left = new LinkedHashMap<>(values);
        boolean first = true;
        out.write(json, 0, fields.open());
        int from = fields.open();
        for (ObjectFields.Field field : fields.all()) {
            boolean changed = left.containsKey(field.name());
            byte[] value = changed ? left.remove(field.name()) : null;
            if (changed && value == null) {
                // What stands before a field that goes, its comma too, goes with it.
                from = field.end();
                continue;
            }
            int begin = first ? skipComma(from, field.start()) : from;
            if (changed) {
                out.write(json, begin, field.value() - begin);
                out.writeBytes(value);
            } else {
                out.write(json, begin, field.end() - begin);
            }
            first = false;
            from = field.end();
        }
        for (Map.Entry<String, byte[]> added : left.entrySet()) {
            if (added.getValue() != null) {
                if (!first) {
                    out.write(',');
                }
                out.writeBytes(Json.literal(added.getKey()));
                out.write(':');
                out.writeBytes(added.getValue());
                first = false;
            }
        }
        out.write(json, from, json.length - from);
        return out.toByteArray();
    }

    /** The first field that is kept has no comma before it. */
    private int skipComma(int from, int start) {
        for (int i = from; i < start; i++) {
            if (json[i] == ',') {
                return i + 1;
            }
        }
        return from;
    }
}
