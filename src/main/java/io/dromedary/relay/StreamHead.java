package io.dromedary.relay;

import java.util.Map;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientGone;
import io.dromedary.client.ServerSentEvents;

/** Sends the head of a stream of events, once. */
final class StreamHead {

    private StreamHead() {
    }

    /**
     * Sends it, if that has not been done.
     *
     * @param headers what tells how the answer came about
     * @throws ClientGone if the client was given another answer
     */
    static void send(ClientCall call, Map<String, String> headers) {
        if (call.answer().opened()) {
            return;
        }
        if (!call.answer().begin()) {
            throw new ClientGone("the client was given another answer");
        }
        AnswerHeaders.addStream(headers, ServerSentEvents.CONTENT_TYPE);
        call.answer().open(200, headers);
    }
}
