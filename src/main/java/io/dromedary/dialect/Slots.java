package io.dromedary.dialect;

import java.io.IOException;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;

/**
 * Where some fields of a JSON object stand in its bytes. Used for object after object, so that a request of a million
 * items takes no memory for them; of a field that stands twice the last one counts, as in JavaScript. A field that is
 * null counts as missing.
 */
public final class Slots {

    /** The words by which types and choices are told are shorter, in bytes. */
    private static final int LONGEST_WORD = 100;

    private final String[] names;
    private final int[] starts;
    private final int[] ends;
    private final JsonToken[] kinds;
    private byte[] json;
    private JsonWalk value;
    private int from;
    private int to;

    /** @param names of the fields that are looked for */
    public Slots(String... names) {
        this.names = names;
        this.starts = new int[names.length];
        this.ends = new int[names.length];
        this.kinds = new JsonToken[names.length];
    }

    /**
     * Reads the object at whose beginning {@code walk} stands, and leaves it at its end.
     *
     * @throws IOException if it is no JSON
     */
    public Slots read(JsonWalk walk) throws IOException {
        Arrays.fill(kinds, null);
        if (json != walk.json()) {
            json = walk.json();
            value = JsonWalk.over(json);
        }
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
    public byte[] json() {
        return json;
    }

    /** Where the object begins. */
    public int from() {
        return from;
    }

    /** Behind the object. */
    public int to() {
        return to;
    }

    /** The first token of the field's value; null where the field is missing or null. */
    public JsonToken kind(String name) {
        JsonToken kind = kinds[slot(name)];
        return kind == JsonToken.VALUE_NULL ? null : kind;
    }

    /** Whether the field is there, and not null. */
    public boolean has(String name) {
        return kind(name) != null;
    }

    /** Whether the field is a text. */
    public boolean isText(String name) {
        return kind(name) == JsonToken.VALUE_STRING;
    }

    /** Whether the field is a text of at least one character. */
    public boolean hasText(String name) {
        return isText(name) && end(name) - start(name) > 2;
    }

    /** Whether the field is the text {@code text}. */
    public boolean is(String name, String text) {
        return isText(name) && at(name).is(text);
    }

    /** Whether the field is true. */
    public boolean isTrue(String name) {
        return kind(name) == JsonToken.VALUE_TRUE;
    }

    /** Where the value begins: a text's quote, too. */
    public int start(String name) {
        return starts[slot(name)];
    }

    /** Behind the value. */
    public int end(String name) {
        return ends[slot(name)];
    }

    /** What the text says; empty where it is none. For what is short, or counted. */
    public String text(String name) {
        return isText(name) ? at(name).text() : "";
    }

    /** The beginning of the text, which is the whole of a word; empty where it is none. */
    public String word(String name) {
        return isText(name) ? at(name).beginning(LONGEST_WORD) : "";
    }

    /** A walk over the value, before its first token. */
    public JsonWalk walk(String name) {
        return JsonWalk.overPart(json, start(name), end(name));
    }

    private JsonWalk at(String name) {
        value.restart(start(name), end(name));
        try {
            value.next();
        } catch (IOException e) {
            throw new IllegalStateException("Read before", e);
        }
        return value;
    }
}
