package io.dromedary.json;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
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
        if (values.isEmpty()) {
            return json;
        }
        Pieces out = new Pieces();
        Map<String, byte[]> left = new LinkedHashMap<>(values);
        boolean first = true;
        out.add(json, 0, fields.open());
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
                out.add(json, begin, field.value() - begin);
                out.add(value);
            } else {
                out.add(json, begin, field.end() - begin);
            }
            first = false;
            from = field.end();
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
        return out.join();
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

    /** Parts of arrays that are put together in one copy: a body may have many megabytes. */
    private static final class Pieces {

        private final List<ByteBuffer> pieces = new ArrayList<>();
        private int length;

        void add(byte[] bytes) {
            add(bytes, 0, bytes.length);
        }

        void add(byte[] bytes, int from, int count) {
            pieces.add(ByteBuffer.wrap(bytes, from, count));
            length += count;
        }

        byte[] join() {
            ByteBuffer all = ByteBuffer.allocate(length);
            pieces.forEach(all::put);
            return all.array();
        }
    }
}
