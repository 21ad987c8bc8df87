package io.dromedary.relay;

import io.dromedary.attempt.Attempt;
import io.dromedary.http.BodySink;

/**
 * Relays a stream on the event loop that it comes in on, once its answer has begun: no thread is woken for an event,
 * and what one read brings goes out in one write. Leaves it to a thread when something would take long there: a client
 * that is behind, which is waited for, an event so large that reading it would hold up the loop's other streams, or the
 * stream's end, before which the thread counts what it has used.
 */
final class EventLoopRelay implements BodySink {

    private static final int LARGE_EVENT = 64 * 1024;
    private static final int MOST_COLLECTED = 16 * 1024;

    private final Attempt attempt;
    private final EventParser parser;
    private final StreamRelay relay;
    private final AnswerCopy copy;
    private final long quietMs;

    /** @param quietMs after how much silence the client gets a sign of life, in ms; 0 for never */
    EventLoopRelay(Attempt attempt, EventParser parser, StreamRelay relay, AnswerCopy copy, long quietMs) {
        this.quietMs = quietMs;
        this.attempt = attempt;
        this.parser = parser;
        this.relay = relay;
        this.copy = copy;
    }

    /** Whether the stream may be relayed here now. */
    boolean fits() {
        return relay.content() && !relay.over() && !relay.endsLarge() && parser.held() < LARGE_EVENT;
    }

    @Override
    public boolean take(byte[] bytes) {
        attempt.reading();
        parser.feed(bytes, bytes.length);
        if (relay.over()) {
            return false; // for the thread, which counts what the stream has used before its client has the end of it
        }
        boolean more = fits();
        return more && relay.ready() < MOST_COLLECTED || send() && more;
    }

    @Override
    public boolean readOver() {
        return send();
    }

    @Override
    public long quietMs() {
        return quietMs;
    }

    @Override
    public boolean quiet() {
        relay.keepAlive();
        return send();
    }

    private boolean send() {
        if (relay.over()) {
            return false;
        }
        if (relay.ready() > LARGE_EVENT) {
            return false; // for the thread, which writes it in slices as the client takes it
        }
        byte[] ready = relay.take();
        if (ready.length == 0) {
            return true;
        }
        copy.add(ready);
        return attempt.call().answer().writeAtOnce(ready);
    }
}
