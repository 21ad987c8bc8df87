package io.dromedary.json;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;

/**
 * Reads {@code usage}, with which a whole answer or a chunk of a stream says what it has cost (OpenAI's chat completion
 * object).
 */
public final class TokenUsage {

    private TokenUsage() {
    }

    /**
     * Walks over the value at which {@code walk} stands, to its end.
     *
     * @return its {@code total_tokens}; 0 if it says none
     */
    public static long total(JsonWalk walk) throws IOException {
        long tokens = 0;
        if (walk.token() != JsonToken.START_OBJECT) {
            walk.skip();
            return tokens;
        }
        while (walk.next() == JsonToken.FIELD_NAME) {
            boolean total = walk.is("total_tokens");
            walk.next();
            tokens = total ? walk.whole(tokens) : tokens;
            walk.skip();
        }
        return tokens;
    }
}
