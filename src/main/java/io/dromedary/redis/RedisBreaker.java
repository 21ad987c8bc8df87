package io.dromedary.redis;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Whether Redis is asked. Calls without an answer in time, or a call that Redis cannot serve, open it; a probe that
 * passes closes it. Where it opens again soon after that, the next probe waits longer: a Redis that answers probes and
 * nothing else must not be tried each second.
 */
final class RedisBreaker {

    private static final long SOON_NANOS = 5_000_000_000L;
    private static final int LONGEST_PAUSE = 32;

    private final int lateBorne;
    private final AtomicInteger lateInARow = new AtomicInteger();
    private final LongAdder late = new LongAdder();
    private volatile boolean open;
    private volatile String reason = "";
    private long closedAt = System.nanoTime() - SOON_NANOS;
    private int pause = 1;
    private int probesToWait;

    /** @param lateBorne so many calls in a row without an answer in time open it */
    RedisBreaker(int lateBorne) {
        this.lateBorne = lateBorne;
    }

    boolean isOpen() {
        return open;
    }

    String reason() {
        return reason;
    }

    long late() {
        return late.sum();
    }

    /** A call was answered. */
    void answered() {
        if (lateInARow.get() != 0) {
            lateInARow.set(0);
        }
    }

    /** A call had no answer within {@code ms}; whether that has opened it. */
    boolean late(long ms) {
        late.increment();
        return lateInARow.incrementAndGet() >= lateBorne && failed("it has not answered within " + ms + " ms");
    }

    /** Redis cannot serve; whether that has opened it. */
    synchronized boolean failed(String why) {
        if (open) {
            return false;
        }
        pause = System.nanoTime() - closedAt < SOON_NANOS ? Math.min(LONGEST_PAUSE, pause * 2) : 1;
        probesToWait = pause - 1;
        reason = why;
        open = true;
        return true;
    }

    /** A probe was answered; whether that has closed it. */
    synchronized boolean probed() {
        answered();
        if (!open || probesToWait-- > 0) {
            return false;
        }
        closedAt = System.nanoTime();
        open = false;
        reason = "";
        return true;
    }
}
