package io.dromedary.time;

import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;

/**
 * Tells a late upstream from a late gateway: looks again once the event loop has been on time for {@value #WHILE_MS}
 * ms. What came in time has been read by then. A loop that stays late is waited for {@value #MOST} times.
 */
public final class PunctualLoop {

    private static final long WHILE_MS = 50;
    private static final long LATE_NANOS = 20_000_000;
    private static final int MOST = 40;

    private final EventLoop loop;

    /** @param loop the event loop that is asked */
    public PunctualLoop(EventLoop loop) {
        this.loop = loop;
    }

    /** Runs {@code look} on the loop when that has been on time for a while. From any thread. */
    public void afterwards(Runnable look) {
        afterwards(look, MOST);
    }

    private void afterwards(Runnable look, int left) {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WHILE_MS);
        loop.schedule(() -> {
            if (left > 0 && System.nanoTime() - due > LATE_NANOS) {
                afterwards(look, left - 1);
            } else {
                look.run();
            }
        }, WHILE_MS, TimeUnit.MILLISECONDS);
    }
}
