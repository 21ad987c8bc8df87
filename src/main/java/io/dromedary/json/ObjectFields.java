package io.dromedary.json;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * The fields of a JSON object, by where they stand in its bytes, so that one can be exchanged and the rest go on byte
 * for byte. No tree is built: a prompt of a megabyte is walked over, not copied.
 */
public final class ObjectFields {

    private final List<Field> fields;
    private final int open;

    ObjectFields(List<Field> fields, int open) {
        this.fields = fields;
        this.open = open;
    }

    /**
     * One field of the object.
     *
     * @param name  decoded
     * @param start where its name begins, at the quote
     * @param value where its value begins
     * @param end   after its value's last byte
     * @param kind  the value's first token
     * @param text  the value of a short scalar (string, number, boolean), else null
     * @param items what is in it where it is an array
     */
    public record Field(String name, int start, int value, int end, JsonToken kind, String text, Items items) {
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

        /** Walks over the value at which {@code parser} stands, to its end. */
        static Items walk(JsonParser parser, PartTypes wanted) throws IOException {
            if (parser.currentToken() != JsonToken.START_ARRAY) {
                parser.skipChildren();
                return NONE;
            }
            int count = 0;
            int noObject = -1;
            int seen = 0;
            int depth = 1;
            for (JsonToken token = parser.nextToken(); depth > 0; token = parser.nextToken()) {
                if (depth == 1 && !token.isStructEnd()) {
                    noObject = token != JsonToken.START_OBJECT && noObject < 0 ? count : noObject;
                    count++;
                }
                if (depth == PartTypes.DEPTH && token == JsonToken.VALUE_STRING && wanted.isPartsType(parser)) {
                    seen |= wanted.bit(parser.getText());
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                if (depth == 0) {
                    break;
                }
            }
            return new Items(count, noObject, wanted.named(seen));
        }
    }

    /**
     * Finds the fields of the object that {@code json} is.
     *
     * @param textsOf the names of the fields whose scalar value is wanted as text
     * @throws NotAnObject  if it is valid so far but no object, or a field stands twice, or something follows the
     *                      object
     * @throws IOException  if it is no JSON: Jackson's exception tells where
     */
    public static ObjectFields read(byte[] json, Set<String> textsOf) throws IOException {
        return read(json, textsOf, PartTypes.NONE);
    }

    /** The same, which also finds out which of these types the parts of its arrays have. */
    public static ObjectFields read(byte[] json, Set<String> textsOf, PartTypes types) throws IOException {
        ObjectFields plain = ObjectScan.read(json, textsOf, types);
        return plain == null ? parse(json, textsOf, types) : plain;
    }

    /** The same of an upstream's answer, which may hold NaN and Infinity. */
    public static ObjectFields ofAnswer(byte[] json) throws IOException {
        ObjectFields plain = ObjectScan.read(json, Set.of(), PartTypes.NONE);
        if (plain != null) {
            return plain;
        }
        try (JsonParser parser = Json.answerParser(json)) {
            return parse(json, parser, Set.of(), PartTypes.NONE);
        }
    }

    /** The same by Jackson alone. */
    static ObjectFields parse(byte[] json, Set<String> textsOf, PartTypes types) throws IOException {
        try (JsonParser parser = Json.parser(json)) {
            return parse(json, parser, textsOf, types);
        }
    }

    private static ObjectFields parse(byte[] json, JsonParser parser, Set<String> textsOf, PartTypes types)
            throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new NotAnObject(parser.currentToken() == null ? "The body is empty"
                    : "The body is not a JSON object");
        }
        int open = offset(parser) + 1;
        List<Field> fields = new ArrayList<>();
        Set<String> names = new HashSet<>();
        JsonToken token = parser.nextToken();
        while (token == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            int start = offset(parser);
            JsonToken kind = parser.nextToken();
            int value = offset(parser);
            String text = kind.isScalarValue() && textsOf.contains(name) ? parser.getText() : null;
            Items items = Items.walk(parser, types);
            token = parser.nextToken();
            fields.add(new Field(name, start, value, endBefore(json, value, offset(parser), token), kind, text, items));
            if (!names.add(name)) {
                throw new NotAnObject("The field '" + name + "' stands twice in the body");
            }
        }
        if (parser.nextToken() != null) {
            throw new NotAnObject("Something follows the JSON object in the body");
        }
        return new ObjectFields(fields, open);
    }

    private static int offset(JsonParser parser) {
        return (int) parser.currentTokenLocation().getByteOffset();
    }

    /** A value ends before the white space, and the comma, that precede the next token. */
    private static int endBefore(byte[] json, int value, int next, JsonToken token) {
        int end = skipSpaceBack(json, next);
        if (token == JsonToken.FIELD_NAME) {
            end = skipSpaceBack(json, end - 1);
        }
        return Math.max(end, value);
    }

    private static int skipSpaceBack(byte[] json, int position) {
        int end = position;
        while (end > 0 && (json[end - 1] == ' ' || json[end - 1] == '\n' || json[end - 1] == '\r'
                || json[end - 1] == '\t')) {
            end--;
        }
        return end;
    }

    /** All fields, in the order of the bytes. */
    public List<Field> all() {
        return fields;
    }

    /** The field of that name. */
    public Optional<Field> find(String name) {
        for (Field field : fields) {
            if (field.name().equals(name)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /** After the opening brace. */
    public int open() {
        return open;
    }

    /** JSON, but not the one object that was asked for. The message is meant for the client. */
    public static final class NotAnObject extends IOException {

        NotAnObject(String message) {
            super(message);
        }
    }
}
