package io.dromedary.server;

import io.vertx.core.http.HttpServerRequest;

import io.dromedary.client.ApiError;

/**
 * What the server answers itself, beside the routes: what an operator looks at must work whatever the route files hold.
 * Asked on an event loop, in the order in which the endpoints were given; must not block. Its requests take none of the
 * places of {@code gateway.requests.max}, and their bodies are not read.
 */
public interface ServerEndpoint extends AutoCloseable {

    /** Whether the request is this endpoint's. Looks at the head alone. */
    boolean owns(HttpServerRequest request);

    /** Whether the request needs the key. */
    boolean needsKey(HttpServerRequest request);

    /**
     * Answers the request, now or later.
     *
     * @return why it is refused, so that the server tells it in its client's form; null where it is answered here
     */
    ApiError handle(HttpServerRequest request);

    /** The server ends: answers that are under way end too. */
    @Override
    default void close() {
    }
}
