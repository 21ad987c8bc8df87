package io.dromedary.client;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

import io.dromedary.key.VirtualKey;

/** Which key a request has shown; never the key itself. Kept with the request, on its Vert.x context. */
public final class ClientKey {

    /** The alias of the master key. */
    public static final String MASTER = VirtualKey.MASTER.alias();

    private static final Object PLACE = ClientKey.class;

    private ClientKey() {
    }

    /** Notes that the request has shown {@code key}. */
    public static void shown(HttpServerRequest request, VirtualKey key) {
        context(request).localContextData().put(PLACE, key);
    }

    /** The key that the request has shown; null where it has shown none. */
    public static VirtualKey keyOf(HttpServerRequest request) {
        return (VirtualKey) context(request).localContextData().get(PLACE);
    }

    /** The alias of the key that the request has shown; null where it has shown none. */
    public static String of(HttpServerRequest request) {
        VirtualKey key = keyOf(request);
        return key == null ? null : key.alias();
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }
}
