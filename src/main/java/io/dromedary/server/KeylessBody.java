package io.dromedary.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * What a client without the key sends along with a request that needs none: nobody waits for it, and it is thrown away.
 * Its connection is closed when it is too long or takes too long, be its length announced or not.
 */
final class KeylessBody {

    /** How long it may be, in bytes. */
    static final long MOST_BYTES = 64 * 1024;

    private static final long LONGEST_MS = 5000;

    private final HttpServerRequest request;
    private final Vertx vertx;
    private final long timer;
    private long discarded;

    private KeylessBody(Vertx vertx, HttpServerRequest request) {
        this.vertx = vertx;
        this.request = request;
        this.timer = vertx.setTimer(LONGEST_MS, expired -> request.connection().close());
    }

    /** Throws away what comes; to be called before anybody else can take it. */
    static void discard(Vertx vertx, HttpServerRequest request) {
        if (!request.isEnded() && ContentLength.hasBody(request)) {
            KeylessBody body = new KeylessBody(vertx, request);
            request.handler(body::more).endHandler(end -> body.stop()).exceptionHandler(failure -> body.stop());
        }
    }

    private void more(Buffer bytes) {
        discarded += bytes.length();
        if (discarded > MOST_BYTES) {
            stop();
            request.connection().close();
        }
    }

    private void stop() {
        vertx.cancelTimer(timer);
    }
}
