package io.dromedary.client;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import io.dromedary.key.KeyHash;
import io.dromedary.key.VirtualKey;
import io.dromedary.model.Secret;

/**
 * Which key a request carries. The headers are looked at in LiteLLM's order and the first that is there decides. The
 * master key is compared in a time that does not depend on where the keys differ; the others are looked up by their
 * hash, of which a client cannot choose a single digit. The key offered is never repeated in a message.
 */
public final class KeyCheck {

    private static final List<String> HEADERS = List.of(
            "x-litellm-api-key", "authorization", "api-key", "x-api-key", "x-goog-api-key",
            "ocp-apim-subscription-key");
    private static final String BEARER = "bearer ";

    private final Secret masterKey;
    private final Map<String, VirtualKey> byHash = new HashMap<>();
    private final List<String> headers;

    /**
     * What became of the check.
     *
     * @param key     whose key it is; null where the request is refused
     * @param refused why; null where it is not
     */
    public record Result(VirtualKey key, ApiError refused) {

        private static final Result MASTER = new Result(VirtualKey.MASTER, null);

        private static Result refused(String message) {
            return new Result(null, ApiError.unauthorized(message));
        }
    }

    /**
     * @param masterKey        the operator's key
     * @param keys             the keys of apps
     * @param additionalHeader {@code litellm_key_header_name}, looked at first
     */
    public KeyCheck(Secret masterKey, List<VirtualKey> keys, Optional<String> additionalHeader) {
        this.masterKey = masterKey;
        keys.forEach(key -> key.hashes().forEach(hash -> byHash.put(hash, key)));
        this.headers = new ArrayList<>();
        additionalHeader.ifPresent(headers::add);
        headers.addAll(HEADERS);
    }

    /**
     * Looks at the key of a request.
     *
     * @param header gives a request header by its name in any case, or null
     */
    public Result check(UnaryOperator<String> header) {
        for (String name : headers) {
            String value = header.apply(name);
            if (value != null) {
                return check(name, value.trim());
            }
        }
        return Result.refused(
                "You didn't provide an API key. Send the gateway's key in a header: Authorization: Bearer YOUR_KEY");
    }

    private Result check(String name, String value) {
        boolean bearer = value.regionMatches(true, 0, BEARER, 0, BEARER.length());
        if (name.equals("authorization") && !bearer) {
            return Result.refused("The Authorization header must be: Bearer YOUR_KEY");
        }
        String shown = bearer ? value.substring(BEARER.length()).trim() : value;
        if (masterKey.matches(shown)) {
            return Result.MASTER;
        }
        VirtualKey key = byHash.isEmpty() ? null : byHash.get(KeyHash.of(shown));
        if (key == null) {
            return Result.refused("Incorrect API key provided.");
        }
        if (key.blocked()) {
            return Result.refused("The key '" + key.alias() + "' is blocked. Ask the operator of the gateway");
        }
        if (key.expires() != null && !Instant.now().isBefore(key.expires())) {
            return Result.refused("The key '" + key.alias() + "' expired at " + key.expires()
                    + ". Ask the operator of the gateway for another one");
        }
        return new Result(key, null);
    }
}
