package io.dromedary.flow.step;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

import io.dromedary.client.ApiError;

/** A piece of a path, unescaped. A plus stays a plus: only forms write a space so. */
final class PathText {

    private PathText() {
    }

    /**
     * @throws ApiError 400 if an escape is broken
     */
    static String decode(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("invalid_value", "model", "The model's name in the path is not properly escaped");
        }
    }
}
