package io.dromedary.json;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

/**
 * Reads {@code usage}, with which a whole answer or a chunk of a stream says what it has cost (OpenAI's chat completion
 * object).
 */
public final class TokenUsage {

    private TokenUsage() {
    }

    /**
     * Walks over the value at which {@code parser} stands, to its end.
     *
     * @return its {@code total_tokens}; 0 if it says none
     */
    public static long total(JsonParser parser) throws IOException {
        long tokens = 0;
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return tokens;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.VALUE_NUMBER_INT && name.equals("total_tokens")) {
                tokens = parser.getLongValue();
            }
            parser.skipChildren();
        }
        return tokens;
    }
}
