package io.dromedary.relay;

import io.dromedary.client.ErrorEnvelope;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;

/**
 * The event that ends a stream which is not whole: OpenAI's error envelope as data, with no {@code [DONE]} after it.
 */
final class ErrorEvent {

    private ErrorEvent() {
    }

    static byte[] of(UpstreamFailed failure) {
        return ServerSentEvents.event(
                ErrorEnvelope.bytes("The stream ended before it was whole: " + failure.getMessage(),
                failure.type(), null, failure.code()));
    }
}
