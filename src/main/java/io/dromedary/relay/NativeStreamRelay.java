package io.dromedary.relay;

import java.io.IOException;
import java.util.Arrays;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.dialect.NativeStream;
import io.dromedary.upstream.ErrorClassifier;

/**
 * A stream that comes from its upstream in the dialect of its client. It is whole with the dialect's own last event
 * only: where its body ends before, it has broken off.
 */
final class NativeStreamRelay extends StreamRelay {

    private final NativeStream events;

    /**
     * @param events   knows the dialect's events
     * @param mostHeld how many bytes may come before the first content
     * @param errors   understands the errors that it may hold
     */
    NativeStreamRelay(NativeStream events, Attempt attempt, int mostHeld, ErrorClassifier errors) {
        super(attempt, mostHeld, errors);
        this.events = events;
    }

    @Override
    public void event(String head, byte[] data) {
        // No dialect but chat ends with it; some servers send it all the same.
        if (over() || Arrays.equals(data, ServerSentEvents.DONE)) {
            return;
        }
        try {
            events.event(head, data, out());
        } catch (IOException e) {
            garbage("data that is no event");
            return;
        }
        if (events.error() != null) {
            error(events.error());
            return;
        }
        read(data, events.textBytes(), events.content(), events.usage());
        if (events.whole()) {
            finished();
        }
    }

    @Override
    public void comment(byte[] line) {
        if (!over()) {
            ServerSentEvents.appendComment(out(), line);
            checkHeld();
        }
    }

    @Override
    void keepAlive() {
        // The upstream's own signs of life come through.
    }

    @Override
    void end() {
        incomplete();
    }

    @Override
    byte[] errorEvent() {
        Collected event = new Collected(0);
        events.fail(ErrorEvent.error(failure()), event);
        return event.takeAll();
    }
}
