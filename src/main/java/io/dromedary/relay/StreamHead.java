package io.dromedary.relay;

import java.util.Map;

import io.dromedary.request.ClientCall;
import io.dromedary.request.ClientGone;

/** Sends the head of an event stream: the one place where its headers are set. */
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
        if (call.opened()) {
            return;
        }
        if (!call.begin()) {
            throw new ClientGone("the client was given another answer");
        }
        headers.put("Content-Type", "text/event-stream; charset=utf-8");
        headers.put("Cache-Control", "no-cache");
        headers.put("X-Accel-Buffering", "no");
        call.open(200, headers);
    }
}
