package io.dromedary.request;

import java.util.OptionalLong;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.cache.CacheControl;
import io.dromedary.cache.CacheSettings;
import io.dromedary.client.ApiError;

/**
 * Reads {@code cache} of a request's body: LiteLLM's {@code no-cache}, {@code no-store}, {@code ttl} and
 * {@code s-maxage} in seconds, {@code use-cache} and {@code namespace}. What has the wrong form is a 400; what has
 * another name means nothing.
 */
final class CacheFields {

    private static final int LONGEST_NAMESPACE = 256;

    private CacheFields() {
    }

    static CacheControl read(JsonNode cache) {
        if (!cache.isObject()) {
            throw wrong("cache", "an object, such as {\"no-cache\": true}");
        }
        JsonNode namespace = cache.path("namespace");
        if (!namespace.isMissingNode() && !namespace.isNull()
                && (!namespace.isTextual() || namespace.asText().length() > LONGEST_NAMESPACE)) {
            throw wrong("cache.namespace", "a text of " + LONGEST_NAMESPACE + " characters at most");
        }
        return new CacheControl(flag(cache, "use-cache"), flag(cache, "no-cache"), flag(cache, "no-store"),
                milliseconds(cache, "ttl"), milliseconds(cache, "s-maxage"), namespace.asText(""));
    }

    private static boolean flag(JsonNode cache, String name) {
        JsonNode value = cache.path(name);
        if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
            throw wrong("cache." + name, "true or false");
        }
        return value.asBoolean();
    }

    private static OptionalLong milliseconds(JsonNode cache, String name) {
        JsonNode value = cache.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return OptionalLong.empty();
        }
        if (!value.isNumber() || !(value.asDouble() >= 0)) {
            throw wrong("cache." + name, "a number of seconds that is not negative");
        }
        return OptionalLong.of(Math.round(Math.min(value.asDouble() * 1000, CacheSettings.LONGEST_TTL_MS)));
    }

    private static ApiError wrong(String name, String form) {
        return ApiError.badRequest("invalid_type", name, "'" + name + "' must be " + form);
    }
}
