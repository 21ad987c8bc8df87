package io.dromedary.json;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Trees of what is small, and JSON of what the gateway says itself. What may be large is walked over: see
 * {@link JsonWalk}.
 */
public final class Json {

    /** How many tokens there may be in what becomes a tree; each may take a hundred bytes and more. */
    private static final int LARGEST_TREE = 10_000;

    /** Keeps no name beyond its tree: names from outside would fill a table that lives as long as the process. */
    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
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

    /**
     * Whether the value at which {@code walk} stands says nothing: null, false, zero, an empty text, or an array or
     * object of nothing but such. Some upstreams send an {@code error} of that kind with every answer. Leaves the walk
     * at the value's end.
     */
    public static boolean saysNothing(JsonWalk walk) throws IOException {
        boolean nothing = !says(walk);
        if (walk.token().isStructStart()) {
            int outside = walk.depth() - 1;
            while (walk.depth() > outside) {
                walk.next();
                nothing &= !says(walk);
            }
        }
        return nothing;
    }

    private static boolean says(JsonWalk walk) {
        return switch (walk.token()) {
            case VALUE_STRING -> walk.hasText();
            case VALUE_TRUE -> true;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> !walk.isZero();
            default -> false;
        };
    }

    /**
     * Whether anything is in the value at which {@code walk} stands: not where it is null, an empty text, array or
     * object. Leaves the walk at the value's end.
     */
    public static boolean isFilled(JsonWalk walk) throws IOException {
        return switch (walk.token()) {
            case VALUE_NULL -> false;
            case VALUE_STRING -> walk.hasText();
            case START_ARRAY, START_OBJECT -> {
                int outside = walk.depth() - 1;
                walk.next();
                boolean filled = walk.depth() > outside;
                while (walk.depth() > outside) {
                    walk.next();
                }
                yield filled;
            }
            default -> true;
        };
    }

    /**
     * The tree of a small document, such as an upstream's error: its texts may be long, its values may not be many.
     *
     * @throws BeyondLimit if it has more than 10,000 tokens
     * @throws IOException if it is no JSON
     */
    public static JsonNode tree(byte[] bytes) throws IOException {
        return tree(bytes, 0, bytes.length);
    }

    /** The same of a part of {@code bytes}. */
    public static JsonNode tree(byte[] bytes, int from, int to) throws IOException {
        JsonWalk walk = JsonWalk.overPart(bytes, from, to);
        int tokens = 0;
        do {
            walk.next();
            if (++tokens > LARGEST_TREE) {
                throw new BeyondLimit("it has more than " + LARGEST_TREE + " values");
            }
        } while (walk.depth() > 0);
        try (JsonParser parser = FACTORY.createParser(bytes, from, to - from)) {
            return Mapper.INSTANCE.readTree(parser);
        }
    }

    /**
     * Walks over {@code json} without keeping anything of it.
     *
     * @throws IOException if it is not one JSON value
     */
    public static void requireValid(byte[] json) throws IOException {
        JsonWalk.over(json).requireEnd();
    }

    /** The JSON text of a map, list, text or number. */
    public static byte[] bytes(Object value) {
        try {
            return Mapper.INSTANCE.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not to be written as JSON: " + value.getClass(), e);
        }
    }

    /** A JSON string literal, quotes included; with a "?" for half of a surrogate pair, which UTF-8 lacks. */
    public static byte[] literal(String text) {
        byte[] quoted;
        try {
            quoted = JsonStringEncoder.getInstance().quoteAsUTF8(text);
        } catch (IllegalArgumentException e) {
            quoted = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text))
                    .getBytes(StandardCharsets.UTF_8);
        }
        byte[] literal = new byte[quoted.length + 2];
        literal[0] = '"';
        System.arraycopy(quoted, 0, literal, 1, quoted.length);
        literal[literal.length - 1] = '"';
        return literal;
    }
}
