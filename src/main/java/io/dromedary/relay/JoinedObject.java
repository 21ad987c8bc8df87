package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;

/**
 * A JSON object that is joined of the parts of it that the chunks of a stream bring: texts are joined as they are
 * written, lists are appended to, and what has an index is joined with what has the same. Keeps bytes and no tree, so
 * that it takes what it has brought, and has a bound on its fields.
 */
final class JoinedObject {

    /** Deeper in one another, objects and lists are taken as they come. */
    private static final int DEEPEST = 8;
    /** Said whole each time, and not in parts. */
    private static final Set<String> WHOLE = Set.of("role", "finish_reason", "id", "type", "name");
    /** What a field has besides its name and its value: quotes, a colon, a comma; a text's quotes. */
    private static final int FRAME = 6;
    private static final byte[] NULL = "null".getBytes(StandardCharsets.US_ASCII);

    private final Room room;
    private final int level;
    /** To a {@link Collected} for a text, {@link Items}, a {@link JoinedObject}, or the bytes of anything else. */
    private final Map<String, Object> fields = new LinkedHashMap<>();

    /**
     * @param room  bounds the fields of all that is joined
     * @param level in how many others it is
     */
    JoinedObject(Room room, int level) {
        this.room = room;
        this.level = level;
    }

    /** How many fields and indexes there may be, over all that is joined of one stream. */
    static final class Room {

        private static final int MOST = 10_000;

        private int taken;

        /** @throws TooMany if none is left */
        void take() throws TooMany {
            if (++taken > MOST) {
                throw new TooMany();
            }
        }
    }

    /** The stream names more fields or indexes than a completion has. */
    static final class TooMany extends IOException {

        TooMany() {
            super("more than " + Room.MOST + " fields");
        }
    }

    /**
     * Goes from the beginning of an object to its end.
     *
     * @return the whole number in its field {@code index}, at least 0; -1 where it has none
     */
    static long indexOf(JsonWalk walk) throws IOException {
        long index = -1;
        while (walk.next() == JsonToken.FIELD_NAME) {
            boolean found = walk.is("index");
            if (walk.next() == JsonToken.VALUE_NUMBER_INT && found) {
                index = Math.max(0, walk.whole(Long.MAX_VALUE));
            }
            walk.skip();
        }
        return index;
    }

    /** Gives the field that value, JSON. */
    void set(String name, Object value) throws IOException {
        if (fields.put(name, value) == null) {
            room.take();
        }
    }

    /** Whether the field is a text. */
    boolean hasText(String name) {
        return fields.get(name) instanceof Collected;
    }

    /** Joins the value at which {@code walk} stands with what is in the field, and goes to its end. */
    void join(String name, JsonWalk walk) throws IOException {
        Object before = fields.get(name);
        switch (walk.token()) {
            case VALUE_NULL -> {
                if (before == null) {
                    set(name, NULL);
                }
            }
            case VALUE_STRING -> {
                Collected text = before instanceof Collected known && !WHOLE.contains(name) ? known : new Collected(0);
                walk.write(text, walk.start() + 1, walk.end() - 1);
                set(name, text);
            }
            case START_ARRAY -> {
                Items items = before instanceof Items known ? known : new Items();
                set(name, items);
                items.add(walk);
            }
            case START_OBJECT -> joinObject(name, walk);
            default -> set(name, walk.bytes(walk.start(), walk.end()));
        }
    }

    /** The same for what is to be an object; nothing is joined of anything else. */
    void joinObject(String name, JsonWalk walk) throws IOException {
        int from = walk.start();
        if (level == DEEPEST) {
            walk.skip();
            set(name, walk.bytes(from, walk.end()));
            return;
        }
        JoinedObject object =
                fields.get(name) instanceof JoinedObject known ? known : new JoinedObject(room, level + 1);
        set(name, object);
        if (walk.token() == JsonToken.START_OBJECT) {
            object.join(walk);
        } else {
            walk.skip();
        }
    }

    private void join(JsonWalk walk) throws IOException {
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.text();
            walk.next();
            join(name, walk);
        }
    }

    /** About how many bytes its JSON has. */
    long size() {
        long size = 2;
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            size += 2L * field.getKey().length() + FRAME + sizeOf(field.getValue());
        }
        return size;
    }

    private static long sizeOf(Object value) {
        return value instanceof Collected text ? text.size() : value instanceof JoinedObject object ? object.size()
                : value instanceof Items items ? items.size() : ((byte[]) value).length;
    }

    /** Appends its JSON. */
    void writeTo(Collected out) {
        out.write('{');
        boolean first = true;
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            if (!first) {
                out.write(',');
            }
            first = false;
            out.writeBytes(Json.literal(field.getKey()));
            out.write(':');
            write(field.getValue(), out);
        }
        out.write('}');
    }

    private static void write(Object value, Collected out) {
        if (value instanceof Collected text) {
            out.write('"');
            out.write(text.buffer(), 0, text.size());
            out.write('"');
        } else if (value instanceof JoinedObject object) {
            object.writeTo(out);
        } else if (value instanceof Items items) {
            items.writeTo(out);
        } else {
            out.writeBytes((byte[]) value);
        }
    }

    /** A list: what has an index once for each of them, all else as it came, one after the other. */
    private final class Items {

        /** To a {@link JoinedObject}, or a {@link Collected} with items and the commas between them. */
        private final List<Object> parts = new ArrayList<>();
        private final Map<Long, JoinedObject> indexed = new HashMap<>();

        /** Adds the items of the array at which {@code walk} stands. */
        void add(JsonWalk walk) throws IOException {
            while (walk.next() != JsonToken.END_ARRAY) {
                int from = walk.start();
                long index = -1;
                if (walk.token() == JsonToken.START_OBJECT && level < DEEPEST) {
                    index = indexOf(walk);
                } else {
                    walk.skip();
                }
                if (index >= 0) {
                    JsonWalk item = JsonWalk.overAnswer(walk.json(), from, walk.end());
                    item.next();
                    of(index).join(item);
                } else {
                    plain(walk.json(), from, walk.end());
                }
            }
        }

        private JoinedObject of(long index) throws IOException {
            JoinedObject known = indexed.get(index);
            if (known == null) {
                room.take();
                known = new JoinedObject(room, level + 1);
                indexed.put(index, known);
                parts.add(known);
            }
            return known;
        }

        private void plain(byte[] json, int from, int to) {
            Object last = parts.isEmpty() ? null : parts.get(parts.size() - 1);
            Collected items = last instanceof Collected known ? known : new Collected(0);
            if (items == last) {
                items.write(',');
            } else {
                parts.add(items);
            }
            items.write(json, from, to - from);
        }

        long size() {
            long size = 2;
            for (Object part : parts) {
                size += 1 + sizeOf(part);
            }
            return size;
        }

        void writeTo(Collected out) {
            out.write('[');
            for (int i = 0; i < parts.size(); i++) {
                if (i > 0) {
                    out.write(',');
                }
                if (parts.get(i) instanceof Collected items) {
                    out.write(items.buffer(), 0, items.size());
                } else {
                    ((JoinedObject) parts.get(i)).writeTo(out);
                }
            }
            out.write(']');
        }
    }
}
