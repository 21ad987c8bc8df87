package io.dromedary.dialect.responses;

import java.io.IOException;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;

/** Unpacks the text that a model gave a custom tool, out of the arguments of the function that stands for it. */
final class CustomInput {

    private CustomInput() {
    }

    /**
     * The text as a JSON string literal: the string {@code input}, or the only field where that is a string; else all
     * of the arguments, as the model wrote them.
     */
    static byte[] of(byte[] arguments) {
        try {
            JsonWalk walk = JsonWalk.over(arguments);
            int fields = 0;
            int start = 0;
            int end = 0;
            boolean named = false;
            if (walk.next() == JsonToken.START_OBJECT) {
                while (walk.next() == JsonToken.FIELD_NAME) {
                    boolean input = walk.is("input");
                    boolean string = walk.next() == JsonToken.VALUE_STRING;
                    if (string && (input || !named)) {
                        start = walk.start();
                        end = walk.end();
                    }
                    named |= string && input;
                    fields += string ? 1 : 2;
                    walk.skip();
                }
                walk.requireEnd();
            }
            if (named || fields == 1) {
                return Arrays.copyOfRange(arguments, start, end);
            }
        } catch (IOException e) {
            // cut off, or no JSON: then it is the text itself
        }
        return JsonText.quoted(arguments, 0, arguments.length);
    }
}
