package io.dromedary.relay;

import io.dromedary.client.ApiError;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;

/**
 * The event that ends a stream which is not whole: OpenAI's error envelope as data, with no {@code [DONE]} after it.
 */
final class ErrorEvent {

    private ErrorEvent() {
    }

    static byte[] of(UpstreamFailed failure) {
        return ServerSentEvents.event(error(failure).envelope());
    }

    /** The error that it tells. */
    static ApiError error(UpstreamFailed failure) {
        return ApiError.of(failure.status(), failure.type(), failure.code(), null,
                "The stream ended before it was whole: " + failure.getMessage());
    }
}
