package io.dromedary.server;

import java.util.concurrent.atomic.AtomicInteger;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;

/**
 * A generation as the server sees it: takes requests until it is replaced, and is over when its last one has ended.
 * Counts from a request's head to the end of its answer, since Camel counts only those that have been uploaded.
 */
final class ActiveGeneration {

    private final Handler<HttpServerRequest> generation;
    private final Runnable whenOver;
    /** Requests in flight, and one while it is active: so it is never 0 before its end. */
    private final AtomicInteger holds = new AtomicInteger(1);

    /**
     * @param whenOver runs once, when it was replaced and its last request has ended; on an event loop, so not for long
     */
    ActiveGeneration(Handler<HttpServerRequest> generation, Runnable whenOver) {
        this.generation = generation;
        this.whenOver = whenOver;
    }

    /** A request begins; false if it is over, and the request is another one's. */
    boolean enter() {
        return holds.getAndUpdate(now -> now == 0 ? 0 : now + 1) > 0;
    }

    /** A request has ended, or another generation has taken over. */
    void leave() {
        if (holds.decrementAndGet() == 0) {
            whenOver.run();
        }
    }

    void handle(HttpServerRequest request) {
        generation.handle(request);
    }
}
