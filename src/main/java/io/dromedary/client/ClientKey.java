package io.dromedary.client;

import io.vertx.core.http.HttpServerRequest;

import io.dromedary.key.KeyScope;
import io.dromedary.key.VirtualKey;

/** Which key a request has shown; never the key itself. Kept with the request. */
public final class ClientKey {

    /** The alias of the master key. */
    public static final String MASTER = VirtualKey.MASTER.alias();

    private ClientKey() {
    }

    /** Notes that the request has shown {@code key}. */
    public static void shown(HttpServerRequest request, VirtualKey key) {
        RequestAttachment.put(request, ClientKey.class, key);
    }

    /** The key that the request has shown; null where it has shown none. */
    public static VirtualKey keyOf(HttpServerRequest request) {
        return (VirtualKey) RequestAttachment.of(request, ClientKey.class);
    }

    /** What the request may ask for: everything, where a path needs no key and none was shown. */
    public static KeyScope scopeOf(HttpServerRequest request) {
        VirtualKey key = keyOf(request);
        return key == null ? KeyScope.ALL : key.scope();
    }

    /**
     * Refuses a request whose key is not the operator's.
     *
     * @throws ApiError 403; none where a path needs no key and none was shown
     */
    public static void requireMaster(HttpServerRequest request) {
        VirtualKey key = keyOf(request);
        if (key != null && !key.isMaster()) {
            throw ApiError.masterKeyNeeded();
        }
    }

    /** The alias of the key that the request has shown; null where it has shown none. */
    public static String of(HttpServerRequest request) {
        VirtualKey key = keyOf(request);
        return key == null ? null : key.alias();
    }
}
