package io.dromedary.server;

import java.util.Optional;
import java.util.Set;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientKey;
import io.dromedary.client.KeyCheck;
import io.dromedary.key.VirtualKey;

/**
 * The checks that need no more than a request's head. Every path needs the key but those that are public, so that a
 * route that somebody adds is closed until they open it. Without the key, a body is never taken into memory.
 */
public final class HeadCheck {

    private final KeyCheck keys;
    private final Set<String> publicPaths;
    private final Set<String> operatorPaths;
    private final long maxBodyBytes;

    /** What a request's path needs. */
    public enum Needs {
        /** What the gateway's tunables say of the path. */
        AS_CONFIGURED,
        /** No key. */
        NO_KEY,
        /** The master key: what is told or done there is the operator's. */
        MASTER_KEY
    }

    /**
     * @param publicPaths  paths that need no key, compared as they are written
     * @param operatorPaths paths that need the master key
     * @param maxBodyBytes how long a body may be
     */
    public HeadCheck(KeyCheck keys, Set<String> publicPaths, Set<String> operatorPaths, long maxBodyBytes) {
        this.keys = keys;
        this.operatorPaths = operatorPaths;
        this.publicPaths = publicPaths;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Why the request is refused, or empty. A browser's preflight request carries no key and needs none. */
    public Optional<ApiError> refuse(HttpServerRequest request) {
        return refuse(request, Needs.AS_CONFIGURED);
    }

    /** As {@link #refuse(HttpServerRequest)}, where it is said what the path needs. */
    public Optional<ApiError> refuse(HttpServerRequest request, Needs needs) {
        KeyCheck.Result shown = keys.check(request::getHeader);
        long most = maxBodyBytes;
        if (shown.key() == null) {
            boolean open = needs == Needs.NO_KEY
                    || needs == Needs.AS_CONFIGURED && publicPaths.contains(request.path());
            if (request.method() != HttpMethod.OPTIONS && !open) {
                return Optional.of(shown.refused());
            }
            RequestMarks.of(request).keyless();
            most = KeylessBody.MOST_BYTES;
        } else {
            ClientKey.shown(request, shown.key());
            if (!shown.key().isMaster() && needs != Needs.NO_KEY) {
                Optional<ApiError> forbidden = refuse(request, shown.key(), needs);
                if (forbidden.isPresent()) {
                    return forbidden;
                }
            }
        }
        return ContentLength.of(request) > most ? Optional.of(ApiError.tooLarge(most)) : Optional.empty();
    }

    private Optional<ApiError> refuse(HttpServerRequest request, VirtualKey key, Needs needs) {
        String path = RequestPath.of(request);
        if (needs == Needs.MASTER_KEY || operatorPaths.contains(path)) {
            return Optional.of(ApiError.masterKeyNeeded());
        }
        boolean allowed = publicPaths.contains(request.path()) || key.scope().allowsPath(path);
        return allowed ? Optional.empty() : Optional.of(ApiError.notOfKey(key.alias()));
    }
}
