package io.dromedary.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;

/** The length that a request's head announces. */
final class ContentLength {

    private ContentLength() {
    }

    /** In bytes; -1 if the head announces none that is a number. */
    static long of(HttpServerRequest request) {
        String value = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        try {
            return value == null ? -1 : Long.parseLong(value.trim());
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Whether the request's head says that a body follows. */
    static boolean hasBody(HttpServerRequest request) {
        return of(request) > 0 || request.headers().contains(HttpHeaders.TRANSFER_ENCODING);
    }
}
