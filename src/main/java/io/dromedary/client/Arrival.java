package io.dromedary.client;

import io.vertx.core.http.HttpServerRequest;

/**
 * When the head of a request came, and when its body had: a client may take long to send it, which is none of the
 * gateway's time. Kept with the request; noted on its event loop.
 */
public final class Arrival {

    private final long headNanos = System.nanoTime();
    private volatile long bodyNanos = headNanos;

    private Arrival() {
    }

    /** The head has come now. */
    public static void ofHead(HttpServerRequest request) {
        RequestAttachment.put(request, Arrival.class, new Arrival());
    }

    /** The body has come now. */
    public static void ofBody(HttpServerRequest request) {
        of(request).bodyNanos = System.nanoTime();
    }

    /** That of a request that comes now. */
    public static Arrival now() {
        return new Arrival();
    }

    /** That of the request; now, where nobody has noted it. */
    public static Arrival of(HttpServerRequest request) {
        return RequestAttachment.of(request, Arrival.class) instanceof Arrival noted ? noted : new Arrival();
    }

    /** When the head came, by {@link System#nanoTime}. */
    long headNanos() {
        return headNanos;
    }

    /** For how long the body came after it, in ns. */
    long uploadNanos() {
        return bodyNanos - headNanos;
    }
}
