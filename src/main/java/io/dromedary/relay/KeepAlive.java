package io.dromedary.relay;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.dromedary.request.ClientCall;

/**
 * Sends comments to a client that waits for a stream's first content, so that no proxy in between cuts a connection for its
 * silence. The first one sends the head of the answer, so that a failure after it can only be told as an event; another
 * deployment can still take over. Off unless a deployment has {@code keepalive_seconds}.
 */
final class KeepAlive implements AutoCloseable {

    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ScheduledFuture<?> ticking;

    private KeepAlive(ScheduledFuture<?> ticking) {
        this.ticking = ticking;
    }

    /**
     * Begins to tick.
     *
     * @param everyMs how often, in ms; empty for never
     * @param open    sends the head of the answer, if that has not been done
     */
    static KeepAlive start(ScheduledExecutorService timer, OptionalLong everyMs, ClientCall call, Runnable open) {
        if (everyMs.isEmpty() || everyMs.getAsLong() == 0) {
            return new KeepAlive(null);
        }
        long ms = everyMs.getAsLong();
        return new KeepAlive(timer.scheduleAtFixedRate(() -> tick(call, open), ms, ms, TimeUnit.MILLISECONDS));
    }

    private static void tick(ClientCall call, Runnable open) {
        synchronized (call) {
            if (!call.contentSent() && !call.gone()) {
                open.run();
                call.write(COMMENT, COMMENT.length);
            }
        }
    }

    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
    }
}
