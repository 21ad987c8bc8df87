package io.dromedary.server;

import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

import io.dromedary.attempt.RequestEvents;
import io.dromedary.client.ApiError;

/** Answers what is no HTTP request, in the envelope, and closes the connection: what follows could be anything. */
final class InvalidRequests implements Handler<HttpServerRequest> {

    private static final String UNREAD = "-";

    private final RequestEvents events;

    /** @param events who is told of refused requests */
    InvalidRequests(RequestEvents events) {
        this.events = events;
    }

    @Override
    public void handle(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ApiError error = ApiError.badRequest("invalid_http", null, "This is not a valid HTTP/1.1 request"
                + (cause instanceof InvalidRequest ? ": " + cause.getMessage() : ""));
        if (cause instanceof TooLongFrameException) {
            boolean line = String.valueOf(cause.getMessage()).contains("line");
            error = line ? ApiError.of(414, "invalid_request_error", "uri_too_long", null,
                    "The request line is too long")
                    : ApiError.of(431, "invalid_request_error", "headers_too_large", null,
                    "The request's headers are too large");
        }
        events.refused(UNREAD, UNREAD, UNREAD, null, error.status(), error.code(), header -> null);
        request.response().setStatusCode(error.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CONNECTION, "close")
                .end(Buffer.buffer(error.envelope()))
                .onComplete(done -> request.connection().close());
    }
}
