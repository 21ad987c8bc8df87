package io.dromedary.json;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * The one JSON parser of the gateway, so that limits and strictness are the same everywhere; what {@link ObjectScan} is
 * sure of does not come here. Nesting stops at 1,000 levels
 * (Jackson's default); strings may be as long as a body, since images travel in them and bodies are bounded elsewhere.
 */
public final class Json {

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
            .build();

    /** Reads NaN and Infinity too, which Python's servers write for a log probability of zero. */
    private static final JsonFactory LENIENT = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private Json() {
    }

    /**
     * Made when it is first asked for: it brings calendars and languages along, which neither a start nor most requests
     * need.
     */
    private static final class Mapper {
        static final ObjectMapper INSTANCE = new ObjectMapper(FACTORY);
    }

    /** A streaming parser over {@code bytes}, whose offsets count from the array's beginning. */
    public static JsonParser parser(byte[] bytes) throws IOException {
        return parser(bytes, 0, bytes.length);
    }

    /** A streaming parser over a part of {@code bytes}, whose offsets count from {@code from}. */
    public static JsonParser parser(byte[] bytes, int from, int length) throws IOException {
        requireUtf8(bytes, from, length);
        return FACTORY.createParser(bytes, from, length);
    }

    private static void requireUtf8(byte[] bytes, int from, int length) throws IOException {
        if (length > 1 && (bytes[from] == 0 || bytes[from + 1] == 0 || (bytes[from] & 0xFE) == 0xFE)) {
            throw new IOException("not UTF-8"); // Jackson would read UTF-16 too, where bytes have no offsets
        }
        if (NeverInUtf8.isIn(bytes, from, length)) {
            throw new IOException("not UTF-8"); // Jackson may take such a field name for another: see there
        }
    }

    /** A streaming parser for what an upstream has sent, which may hold NaN and Infinity. */
    public static JsonParser answerParser(byte[] bytes) throws IOException {
        requireUtf8(bytes, 0, bytes.length);
        return LENIENT.createParser(bytes);
    }

    /** The tree of a whole answer of an upstream, which may hold NaN and Infinity. */
    public static JsonNode answerTree(byte[] bytes) throws IOException {
        try (JsonParser parser = answerParser(bytes)) {
            return Mapper.INSTANCE.readTree(parser);
        }
    }

    /**
     * Whether the value at which {@code parser} stands says nothing: null, false, zero, an empty text, or an array or
     * object of nothing but such. Some upstreams send an {@code error} of that kind with every answer. Leaves the
     * parser at the value's end.
     */
    public static boolean saysNothing(JsonParser parser) throws IOException {
        int depth = 0;
        boolean nothing = true;
        for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            nothing &= switch (token) {
                case VALUE_STRING -> parser.getTextLength() == 0;
                case VALUE_TRUE -> false;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getDoubleValue() == 0;
                default -> true;
            };
            if (depth == 0) {
                break;
            }
        }
        return nothing;
    }

    /** The tree of a small document, such as an upstream's error. */
    public static JsonNode tree(byte[] bytes) throws IOException {
        try (JsonParser parser = parser(bytes)) {
            return Mapper.INSTANCE.readTree(parser);
        }
    }

    /** The JSON text of a map, list, text or number. */
    public static byte[] bytes(Object value) {
        try {
            return Mapper.INSTANCE.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not to be written as JSON: " + value.getClass(), e);
        }
    }

    /** A JSON string literal, quotes included. */
    public static byte[] literal(String text) {
        byte[] quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        byte[] literal = new byte[quoted.length + 2];
        literal[0] = '"';
        System.arraycopy(quoted, 0, literal, 1, quoted.length);
        literal[literal.length - 1] = '"';
        return literal;
    }

    /**
     * Reads through {@code json} without keeping anything of it.
     *
     * @throws IOException if it is not one JSON value
     */
    public static void requireValid(byte[] json) throws IOException {
        try (JsonParser parser = parser(json)) {
            parser.nextToken();
            parser.skipChildren();
            if (parser.nextToken() != null) {
                throw new IOException("Something follows the JSON value");
            }
        }
    }
}
