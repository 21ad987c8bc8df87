package io.dromedary.client;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

/** Which key a request has shown, by its alias; never the key itself. Kept with the request, on its Vert.x context. */
public final class ClientKey {

    /** The alias of the master key. */
    public static final String MASTER = "master";

    private static final Object PLACE = ClientKey.class;

    private ClientKey() {
    }

    /** Notes that the request has shown the key of that alias. */
    public static void shown(HttpServerRequest request, String alias) {
        context(request).localContextData().put(PLACE, alias);
    }

    /** The alias of the key that the request has shown; null where it has shown none. */
    public static String of(HttpServerRequest request) {
        return (String) context(request).localContextData().get(PLACE);
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }
}
