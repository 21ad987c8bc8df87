package io.dromedary.server;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import io.dromedary.attempt.RequestEvents;
import io.dromedary.client.AnswerForm;
import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.dialect.Dialects;
import io.dromedary.settings.GatewayVersion;

/**
 * Answers a request with an error before its body has been read, and then reads and throws away a little of what the
 * client still sends, so that it sees the answer and not a reset of its connection (nginx calls it lingering). Runs on
 * the request's event loop.
 */
public final class Refusals {

    private static final long MOST_DISCARDED = 1024 * 1024;
    private static final long LONGEST_MS = 5000;

    private final Vertx vertx;
    private final boolean cors;
    private final Dialects dialects;
    private final RequestEvents events;

    /**
     * @param cors   whether a web page may read the answer
     * @param dialects in whose forms clients are refused
     * @param events who is told of refused requests
     */
    public Refusals(Vertx vertx, boolean cors, Dialects dialects, RequestEvents events) {
        this.dialects = dialects;
        this.events = events;
        this.vertx = vertx;
        this.cors = cors;
    }

    /** Answers with {@code error} and closes the connection soon after. */
    public void refuse(HttpServerRequest request, ApiError error) {
        HttpServerResponse response = request.response();
        String id = ClientCall.idOf(request);
        AnswerForm form = dialects.formOf(request.path(), request::getHeader);
        byte[] body = form.error(error, id);
        int status = form.status(error);
        announce(request, id, status, error.code());
        form.headers(id).forEach(response::putHeader);
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length));
        if (!error.mendedByRetry()) {
            response.putHeader("x-should-retry", "false");
        }
        error.retryAfterSeconds().ifPresent(seconds -> response.putHeader("Retry-After", String.valueOf(seconds)));
        if (cors) {
            response.putHeader("Access-Control-Allow-Origin", "*");
        }
        if (request.isEnded() || !ContentLength.hasBody(request)) {
            end(request, response, body);
            return;
        }
        response.putHeader(HttpHeaders.CONNECTION, "close");
        // Not ended yet: ending would close the connection of a client that asked for that, with its bytes unread.
        response.write(bodyOf(request, body));
        new Lingering(request).start();
    }

    /**
     * Gives an answer of the server's own what every answer has: its call id, the version, and a line in the log.
     *
     * @param status of the answer that follows
     */
    public void announce(HttpServerRequest request, int status) {
        announce(request, ClientCall.idOf(request), status, null);
    }

    private void announce(HttpServerRequest request, String id, int status, String errorCode) {
        request.response().putHeader("x-litellm-call-id", id).putHeader("x-request-id", id)
                .putHeader("x-litellm-version", GatewayVersion.get());
        events.refused(id, request.method().name(), request.path(), ClientKey.of(request), status, errorCode,
                request::getHeader);
    }

    private static void end(HttpServerRequest request, HttpServerResponse response, byte[] body) {
        response.end(bodyOf(request, body));
    }

    private static Buffer bodyOf(HttpServerRequest request, byte[] body) {
        return request.method() == HttpMethod.HEAD ? Buffer.buffer() : Buffer.buffer(body);
    }

    /** What one client still sends after its answer. */
    private final class Lingering {

        private final HttpServerRequest request;
        private long discarded;
        private boolean closed;

        Lingering(HttpServerRequest request) {
            this.request = request;
        }

        void start() {
            long timer = vertx.setTimer(LONGEST_MS, expired -> close());
            request.exceptionHandler(failure -> vertx.cancelTimer(timer));
            request.endHandler(end -> {
                vertx.cancelTimer(timer);
                close();
            });
            request.handler(this::discard);
        }

        private void discard(Buffer bytes) {
            discarded += bytes.length();
            if (discarded > MOST_DISCARDED) {
                close();
            }
        }

        private void close() {
            if (!closed) {
                closed = true;
                if (!request.response().ended()) {
                    request.response().end();
                }
                request.connection().close();
            }
        }
    }
}
