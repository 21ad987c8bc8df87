package io.dromedary.relay;

import java.io.IOException;
import java.io.InputStream;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.ClientGone;
import io.dromedary.http.UpstreamAnswer;
import io.dromedary.upstream.HeldBytes;

/**
 * Brings an upstream's body to the parser, under the attempt's clocks. Until the first content, and where the body
 * comes from elsewhere than the gateway's own client, the thread of the request reads; from then on the stream runs on
 * its event loop, and the thread only sees its end. Used by the request's thread.
 */
final class StreamReading {

    private static final int BLOCK = 16 * 1024;
    private static final int SMALL = 1024;
    private static final int MOST_AFTER_THE_END = 16 * 1024;
    /** An event beyond it counts in the memory budget. */
    private static final int LARGE_EVENT = 64 * 1024;
    /** So many times what has come of an event is taken for it: by a line that grows, then by its data and its copy. */
    private static final int TIMES = 3;

    private final InputStream in;
    private final Attempt attempt;
    private final EventParser parser;
    private final StreamRelay relay;
    private final EventLoopRelay onLoop;
    private final HeldBytes held;

    /**
     * @param copy what keeps the first bytes of what is sent on the event loop
     * @param held what counts large events
     * @param quietMs after how much silence of a stream that has begun its client gets a sign of life, in ms; 0 for
     *                never
     */
    StreamReading(InputStream in, Attempt attempt, EventParser parser, StreamRelay relay, AnswerCopy copy,
            HeldBytes held, long quietMs) {
        this.held = held;
        this.in = in;
        this.attempt = attempt;
        this.parser = parser;
        this.relay = relay;
        this.onLoop = new EventLoopRelay(attempt, parser, relay, copy, quietMs);
    }

    /**
     * Takes what comes next: as much as there is on the event loop if it can run there, else one read.
     *
     * @return what is still to be sent of it
     * @throws ClientGone if the client has left; else, before any content, whatever the body failed with
     */
    byte[] next() throws Exception {
        if (relay.content()) {
            // Here and not only where something is sent: a read may bring a part of an event, and nothing to send.
            attempt.call().answer().awaitRoom();
        }
        if (parser.held() <= LARGE_EVENT) {
            held.release();
        }
        if (in instanceof UpstreamAnswer answer && onLoop.fits()) {
            handOff(answer);
        }
        boolean waits = relay.content() && relay.ready() > 0;
        if (!relay.over() && !waits) {
            readOnce();
        }
        return relay.take();
    }

    private void handOff(UpstreamAnswer answer) {
        attempt.reading();
        try {
            answer.handOff(onLoop);
        } finally {
            attempt.pauseClock();
        }
    }

    private void readOnce() throws Exception {
        // No larger than what is there: one is held by each stream while it waits for its first content.
        byte[] block = new byte[Math.min(BLOCK, Math.max(SMALL, in.available()))];
        int length = read(block);
        if (length < 0) {
            parser.end();
            relay.end();
        } else {
            parser.feed(block, length);
            count();
        }
    }

    /** @throws io.dromedary.client.ApiError 503 if there is no room, and the client can still be told so */
    private void count() {
        long takes = parser.held() > LARGE_EVENT ? (long) TIMES * parser.held() : 0;
        if (takes > held.bytes() && !held.tryMore(takes - held.bytes())) {
            if (!relay.content()) {
                throw HeldBytes.noRoom();
            }
            relay.noRoom();
        }
    }

    /** The next bytes; -1 at the end of the body, none where it breaks off. */
    private int read(byte[] block) throws Exception {
        if (relay.content()) {
            attempt.reading();
        }
        try {
            return in.read(block);
        } catch (IOException | IllegalStateException e) {
            Exception cause = attempt.causeOf(e);
            if (cause instanceof ClientGone || !relay.content()) {
                throw cause;
            }
            relay.broken(cause);
            return 0;
        } finally {
            if (relay.content()) {
                attempt.pauseClock();
            }
        }
    }

    /** Reads the few bytes after {@code [DONE]}, so that the connection can be used again; not for long. */
    void drain() {
        attempt.lastBytes();
        try {
            byte[] block = new byte[SMALL];
            int left = MOST_AFTER_THE_END;
            for (int n = in.read(block); n >= 0 && left > 0; n = in.read(block)) {
                left -= n;
            }
        } catch (IOException e) {
            // The client has its answer; a connection that ends badly is not used again.
            attempt.pauseClock();
        }
    }
}
