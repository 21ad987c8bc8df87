package io.dromedary.client;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

/** What is kept with a request from its head to its end, on its Vert.x context. */
public final class RequestAttachment {

    private RequestAttachment() {
    }

    /** Keeps {@code value} with the request in the place that is {@code owner}'s. */
    public static void put(HttpServerRequest request, Class<?> owner, Object value) {
        context(request).localContextData().put(owner, value);
    }

    /** What is kept in the place that is {@code owner}'s; null for nothing. */
    public static Object of(HttpServerRequest request, Class<?> owner) {
        return context(request).localContextData().get(owner);
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }
}
