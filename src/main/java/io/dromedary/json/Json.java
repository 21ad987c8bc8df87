package io.dromedary.json;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
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
        if (length > 1 && (bytes[from] == 0 || bytes[from + 1] == 0 || (bytes[from] & 0xFE) == 0xFE)) {
            throw new IOException("not UTF-8"); // Jackson would read UTF-16 too, where bytes have no offsets
        }
        if (NeverInUtf8.isIn(bytes, from, length)) {
            throw new IOException("not UTF-8"); // Jackson may take such a field name for another: see there
        }
        return FACTORY.createParser(bytes, from, length);
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
}
