package io.dromedary.json;

import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

/**
 * The fields of a JSON object, by where they stand in its bytes, so that one can be exchanged and the rest go on byte
 * for byte. No tree is built: a prompt of a megabyte is walked over, not copied. Either all fields are kept, of which
 * there may be so many, or those that are asked for, however many others there are.
 */
public final class ObjectFields {

    /** How many bytes the name of a client's field may have: they are kept, told and logged. */
    private static final int LONGEST_NAME = 512;

    private final byte[] json;
    private final List<String> wanted;
    private final PartTypes types;
    private final Map<String, Field> fields = new LinkedHashMap<>();
    private int open;
    private int close;
    private int count;

    private ObjectFields(byte[] json, List<String> wanted, PartTypes types) {
        this.json = json;
        this.wanted = wanted;
        this.types = types;
    }

    /**
     * One field of the object.
     *
     * @param name  decoded
     * @param index which of the object's fields it is, from 0
     * @param start where its name begins, at the quote
     * @param value where its value begins
     * @param end   after its value's last byte
     * @param kind  the value's first token
     * @param items what is in it where it is an array
     */
    public record Field(String name, int index, int start, int value, int end, JsonToken kind, Items items) {

        /** How many bytes its value has. */
        public int length() {
            return end - value;
        }
    }

    /**
     * The items of an array.
     *
     * @param count    how many there are
     * @param noObject the index of the first that is no object, or -1
     * @param types    which of the {@link PartTypes} that were looked for its parts have
     */
    public record Items(int count, int noObject, Set<String> types) {

        static final Items NONE = new Items(0, -1, Set.of());

        /** Walks over the value at which {@code walk} stands, to its end. */
        static Items of(JsonWalk walk, PartTypes wanted) throws IOException {
            if (walk.token() != JsonToken.START_ARRAY) {
                walk.skip();
                return NONE;
            }
            int count = 0;
            int noObject = -1;
            int seen = 0;
            for (JsonToken item = walk.next(); item != JsonToken.END_ARRAY; item = walk.next()) {
                if (item != JsonToken.START_OBJECT && noObject < 0) {
                    noObject = count;
                }
                seen |= wanted.walkItem(walk);
                count++;
            }
            return new Items(count, noObject, wanted.named(seen));
        }
    }

    /**
     * All fields of the object that a client has sent.
     *
     * @param most  how many there may be
     * @param types which types of parts are looked for in arrays
     * @throws NotAnObject if it is valid so far but no object, or a field stands twice
     * @throws BadJson     if it is no JSON
     * @throws BeyondLimit if there are more, or a name is too long
     */
    public static ObjectFields read(byte[] json, int most, PartTypes types) throws IOException {
        ObjectFields fields = new ObjectFields(json, null, types);
        fields.read(JsonWalk.over(json), most, LONGEST_NAME);
        return fields;
    }

    /** The same, with no parts looked for. */
    public static ObjectFields read(byte[] json, int most) throws IOException {
        return read(json, most, PartTypes.NONE);
    }

    /** All fields of an object that the gateway has made, or a route: of a body whose bounds have been looked at. */
    public static ObjectFields read(byte[] json) throws IOException {
        ObjectFields fields = new ObjectFields(json, null, PartTypes.NONE);
        fields.read(JsonWalk.over(json), Integer.MAX_VALUE, Integer.MAX_VALUE);
        return fields;
    }

    /**
     * Those fields of the object that have one of {@code names}; whatever else is in it takes no memory.
     *
     * @throws IOException as {@link #read(byte[], int, PartTypes)} does
     */
    public static ObjectFields pick(byte[] json, String... names) throws IOException {
        ObjectFields fields = new ObjectFields(json, List.of(names), PartTypes.NONE);
        fields.pick(JsonWalk.over(json), names);
        return fields;
    }

    /** The same of an upstream's answer, which may hold NaN and Infinity. */
    public static ObjectFields pickOfAnswer(byte[] json, String... names) throws IOException {
        return pickOfAnswer(json, 0, json.length, names);
    }

    /** The same of an object that is a part of an answer. */
    public static ObjectFields pickOfAnswer(byte[] json, int from, int to, String... names) throws IOException {
        ObjectFields fields = new ObjectFields(json, List.of(names), PartTypes.NONE);
        fields.pick(JsonWalk.overAnswer(json, from, to), names);
        return fields;
    }

    private void read(JsonWalk walk, int most, int longestName) throws IOException {
        enter(walk);
        while (walk.next() == JsonToken.FIELD_NAME) {
            if (count == most) {
                throw new BeyondLimit("it has more than " + most + " fields");
            }
            if (walk.end() - walk.start() - 2 > longestName) {
                throw new BeyondLimit("a field's name has more than " + longestName + " bytes");
            }
            keep(walk, walk.text());
        }
        leave(walk);
    }

    private void pick(JsonWalk walk, String... names) throws IOException {
        enter(walk);
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name(names);
            if (name.isEmpty()) {
                walk.next();
                walk.skip();
                close = walk.end();
                count++;
            } else {
                keep(walk, name);
            }
        }
        leave(walk);
    }

    private void enter(JsonWalk walk) throws IOException {
        if (walk.isEmpty()) {
            throw new NotAnObject("The body is empty");
        }
        if (walk.next() != JsonToken.START_OBJECT) {
            throw new NotAnObject("The body is not a JSON object");
        }
        open = walk.end();
        close = open;
    }

    private void keep(JsonWalk walk, String name) throws IOException {
        int start = walk.start();
        JsonToken kind = walk.next();
        int value = walk.start();
        Items items = Items.of(walk, types);
        close = walk.end();
        if (fields.put(name, new Field(name, count, start, value, close, kind, items)) != null) {
            throw new NotAnObject("The field '" + name + "' stands twice in the body");
        }
        count++;
    }

    private static void leave(JsonWalk walk) throws IOException {
        if (walk.hasMore()) {
            throw new NotAnObject("Something follows the JSON object in the body");
        }
    }

    /** The fields that are kept, in the order of the bytes. */
    public Collection<Field> all() {
        return fields.values();
    }

    /**
     * The field of that name.
     *
     * @throws IllegalArgumentException if it was not asked for
     */
    public Optional<Field> find(String name) {
        if (wanted != null && !wanted.contains(name)) {
            throw new IllegalArgumentException("Not asked for: " + name);
        }
        return Optional.ofNullable(fields.get(name));
    }

    /**
     * The value of the field as text where it is a string, a number, true or false; else empty. As long as it is
     * written.
     */
    public Optional<String> text(Field field) {
        return switch (field.kind()) {
            case VALUE_STRING -> Optional.of(JsonWalk.decoded(json, field.value() + 1, field.end() - 1));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> Optional.of(
                    JsonWalk.decoded(json, field.value(), field.end()));
            default -> Optional.empty();
        };
    }

    /** After the opening brace. */
    public int open() {
        return open;
    }

    /** Behind the last byte of the last field; where there is none, after the opening brace. */
    int lastEnd() {
        return close;
    }

    /** How many fields there are, those that are not kept too. */
    public int count() {
        return count;
    }

    /** JSON, but not the one object that was asked for. The message is meant for the client. */
    public static final class NotAnObject extends IOException {

        NotAnObject(String message) {
            super(message);
        }
    }
}
