package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;

/**
 * Where some fields of a JSON object stand in its bytes. Used for object after object, so that a request of a million
 * items takes no memory for them; of a field that stands twice the last one counts, as in JavaScript.
 */
final class Slots {

    private final String[] names;
    private final int[] starts;
    private final int[] ends;
    private final JsonToken[] kinds;
    private byte[] json;
    private int from;
    private int to;

    Slots(String... names) {
        this.names = names;
        this.starts = new int[names.length];
        this.ends = new int[names.length];
        this.kinds = new JsonToken[names.length];
    }

    /** Reads the object at whose beginning {@code walk} stands, and leaves it at its end. */
    Slots read(JsonWalk walk) throws IOException {
        Arrays.fill(kinds, null);
        json = walk.json();
        from = walk.start();
        while (walk.next() == JsonToken.FIELD_NAME) {
            int which = indexOf(walk);
            JsonToken kind = walk.next();
            int start = walk.start();
            walk.skip();
            if (which >= 0) {
                kinds[which] = kind;
                starts[which] = start;
                ends[which] = walk.end();
            }
        }
        to = walk.end();
        return this;
    }

    private int indexOf(JsonWalk walk) {
        for (int i = 0; i < names.length; i++) {
            if (walk.is(names[i])) {
                return i;
            }
        }
        return -1;
    }

    private int slot(String name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("Not asked for: " + name);
    }

    /** What the object stands in. */
    byte[] json() {
        return json;
    }

    /** Where the object begins. */
    int from() {
        return from;
    }

    /** Behind the object. */
    int to() {
        return to;
    }

    /** The first token of the field's value; null where the field is missing or null. */
    JsonToken kind(String name) {
        JsonToken kind = kinds[slot(name)];
        return kind == JsonToken.VALUE_NULL ? null : kind;
    }

    boolean has(String name) {
        return kind(name) != null;
    }

    boolean isText(String name) {
        return kind(name) == JsonToken.VALUE_STRING;
    }

    /** Whether the field is a text of at least one character. */
    boolean hasText(String name) {
        return isText(name) && end(name) - start(name) > 2;
    }

    /** Where the value begins: a text's quote, too. */
    int start(String name) {
        return starts[slot(name)];
    }

    /** Behind the value. */
    int end(String name) {
        return ends[slot(name)];
    }

    /** What the text says; empty where it is none. For what is short, or counted. */
    String text(String name) {
        if (!isText(name)) {
            return "";
        }
        JsonWalk walk = JsonWalk.overPart(json, start(name), end(name));
        try {
            walk.next();
        } catch (IOException e) {
            throw new IllegalStateException("Read before", e);
        }
        return walk.text();
    }

    /** A walk over the value, before its first token. */
    JsonWalk walk(String name) {
        return JsonWalk.overPart(json, start(name), end(name));
    }
}
