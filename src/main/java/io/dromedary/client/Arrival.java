package io.dromedary.client;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.impl.ContextInternal;

/**
 * When the head of a request came, and when its body had: a client may take long to send it, which is none of the
 * gateway's time. Kept with the request, on its Vert.x context; noted on its event loop.
 */
public final class Arrival {

    private static final Object PLACE = Arrival.class;

    private final long headNanos = System.nanoTime();
    private volatile long bodyNanos = headNanos;

    private Arrival() {
    }

    /** The head has come now. */
    public static void ofHead(HttpServerRequest request) {
        context(request).localContextData().put(PLACE, new Arrival());
    }

    /** The body has come now. */
    public static void ofBody(HttpServerRequest request) {
        of(request).bodyNanos = System.nanoTime();
    }

    /** That of the request; now, where nobody has noted it. */
    static Arrival of(HttpServerRequest request) {
        return context(request).localContextData().get(PLACE) instanceof Arrival noted ? noted : new Arrival();
    }

    /** When the head came, by {@link System#nanoTime}. */
    long headNanos() {
        return headNanos;
    }

    /** For how long the body came after it, in ns. */
    long uploadNanos() {
        return bodyNanos - headNanos;
    }

    private static ContextInternal context(HttpServerRequest request) {
        return (ContextInternal) ((HttpServerRequestInternal) request).context();
    }
}
