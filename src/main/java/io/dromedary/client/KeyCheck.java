package io.dromedary.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

import io.dromedary.model.Secret;

/**
 * Whether a request carries the master key. The headers are looked at in LiteLLM's order and the first that is there
 * decides; the comparison takes the same time wherever the keys differ. The key offered is never repeated in a message.
 */
public final class KeyCheck {

    private static final List<String> HEADERS = List.of(
            "x-litellm-api-key", "authorization", "api-key", "x-api-key", "x-goog-api-key",
            "ocp-apim-subscription-key");
    private static final String BEARER = "bearer ";

    private final Secret masterKey;
    private final List<String> headers;

    /**
     * @param masterKey        the key
     * @param additionalHeader {@code litellm_key_header_name}, looked at first
     */
    public KeyCheck(Secret masterKey, Optional<String> additionalHeader) {
        this.masterKey = masterKey;
        this.headers = new ArrayList<>();
        additionalHeader.ifPresent(headers::add);
        headers.addAll(HEADERS);
    }

    /**
     * @param header gives a request header by its name in any case, or null
     * @return what is wrong, or empty if the key is right
     */
    public Optional<ApiError> refuse(UnaryOperator<String> header) {
        for (String name : headers) {
            String value = header.apply(name);
            if (value != null) {
                return check(name, value.trim());
            }
        }
        return Optional.of(ApiError.unauthorized(
                "You didn't provide an API key. Send the gateway's key in a header: Authorization: Bearer YOUR_KEY"));
    }

    private Optional<ApiError> check(String name, String value) {
        boolean bearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (name.equals("authorization") && !bearer) {
            return Optional.of(ApiError.unauthorized("The Authorization header must be: Bearer YOUR_KEY"));
        }
        String key = bearer ? value.substring(BEARER.length()).trim() : value;
        return masterKey.matches(key) ? Optional.empty()
                : Optional.of(ApiError.unauthorized("Incorrect API key provided."));
    }
}
