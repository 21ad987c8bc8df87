package io.dromedary.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;

/**
 * Hands on the requests of one event loop. A client may send thousands in one write; Vert.x begins the next one inside
 * the call that ends an answer, so that answers given at once would pile up on the stack. Beyond a few, the next one
 * begins on a fresh stack.
 */
final class PipelinedRequests implements Handler<HttpServerRequest> {

    private static final int MOST_NESTED = 8;

    private final Handler<HttpServerRequest> requests;
    private int nested;

    PipelinedRequests(Handler<HttpServerRequest> requests) {
        this.requests = requests;
    }

    @Override
    public void handle(HttpServerRequest request) {
        if (nested >= MOST_NESTED) {
            request.pause();
            ((HttpServerRequestInternal) request).context().runOnContext(go -> {
                handle(request);
                request.resume();
            });
            return;
        }
        nested++;
        try {
            requests.handle(request);
        } finally {
            nested--;
        }
    }
}
