package io.dromedary.relay;

import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

import io.dromedary.request.ClientCall;

/**
 * Sends comments to a client between the head of the upstream's answer and its first content, so that no proxy in between cuts a connection for its
 * silence. The first one sends the head of the answer, so that a failure after it can only be told as an event; another
 * deployment can still take over. Off unless a deployment has {@code keepalive_seconds}.
 */
final class KeepAlive implements AutoCloseable {

    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    private final ClientCall call;
    private final Runnable open;
    private ScheduledFuture<?> ticking;
    private boolean closed;

    private KeepAlive(ClientCall call, Runnable open) {
        this.call = call;
        this.open = open;
    }

    /**
     * Begins to tick.
     *
     * @param everyMs how often, in ms; empty for never
     * @param open    sends the head of the answer, if that has not been done
     */
    static KeepAlive start(ScheduledExecutorService timer, OptionalLong everyMs, ClientCall call, Runnable open) {
        KeepAlive alive = new KeepAlive(call, open);
        if (everyMs.isPresent() && everyMs.getAsLong() > 0) {
            long ms = everyMs.getAsLong();
            alive.ticking = timer.scheduleAtFixedRate(alive::tick, ms, ms, TimeUnit.MILLISECONDS);
        }
        return alive;
    }

    private void tick() {
        synchronized (call) {
            if (!closed && !call.contentSent() && !call.gone()) {
                open.run();
                call.write(COMMENT, COMMENT.length);
            }
        }
    }

    /** Ends it. When this returns, no comment is on its way: what follows finds the head either sent or not, never in between. */
    @Override
    public void close() {
        if (ticking == null) {
            return;
        }
        ticking.cancel(false);
        synchronized (call) {
            closed = true;
        }
    }
}
