package io.dromedary.server;

import java.util.Optional;
import java.util.Set;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientKey;
import io.dromedary.client.KeyCheck;

/**
 * The checks that need no more than a request's head. Every path needs the key but those that are public, so that a
 * route that somebody adds is closed until they open it. Without the key, a body is never taken into memory.
 */
public final class HeadCheck {

    private final KeyCheck keys;
    private final Set<String> publicPaths;
    private final long maxBodyBytes;

    /**
     * @param publicPaths  paths that need no key, compared as they are written
     * @param maxBodyBytes how long a body may be
     */
    public HeadCheck(KeyCheck keys, Set<String> publicPaths, long maxBodyBytes) {
        this.keys = keys;
        this.publicPaths = publicPaths;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Why the request is refused, or empty. A browser's preflight request carries no key and needs none. */
    public Optional<ApiError> refuse(HttpServerRequest request) {
        return refuse(request, false);
    }

    /**
     * As {@link #refuse(HttpServerRequest)}.
     *
     * @param open whether the request needs no key, whatever its path
     */
    public Optional<ApiError> refuse(HttpServerRequest request, boolean open) {
        Optional<ApiError> withoutKey = keys.refuse(request::getHeader);
        if (withoutKey.isPresent()) {
            if (request.method() != HttpMethod.OPTIONS && !open && !publicPaths.contains(request.path())) {
                return withoutKey;
            }
            RequestMarks.of(request).keyless();
        } else {
            ClientKey.shown(request, ClientKey.MASTER);
        }
        long most = withoutKey.isPresent() ? KeylessBody.MOST_BYTES : maxBodyBytes;
        return ContentLength.of(request) > most ? Optional.of(ApiError.tooLarge(most)) : Optional.empty();
    }
}
