package io.dromedary.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * The bytes of one answer that are on their way to its client. Who writes waits here while they are more than
 * {@value #MOST_BYTES}, so that a slow client holds back its upstream and not the gateway's memory. Safe for several
 * threads.
 */
final class Outbox {

    private static final int MOST_BYTES = 64 * 1024;

    // A lock and not synchronized: a virtual thread that waits in a monitor pins its carrier before JDK 24 (JEP 491).
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final long timeoutMs;
    private long bytes;

    /** @param timeoutMs how long a client may take none of them, in ms */
    Outbox(long timeoutMs) {
        this.timeoutMs = timeoutMs;
    }

    /** How long a client may take none of them, in ms. */
    long timeoutMs() {
        return timeoutMs;
    }

    /** These go out now. */
    void add(long more) {
        change(more);
    }

    /** These have gone out. */
    void sent(long fewer) {
        change(-fewer);
    }

    /** Whoever waits looks again. */
    void wake() {
        change(0);
    }

    /** Whether few enough are on their way that nobody has to wait. */
    boolean hasRoom() {
        lock.lock();
        try {
            return bytes <= MOST_BYTES;
        } finally {
            lock.unlock();
        }
    }

    private void change(long by) {
        lock.lock();
        try {
            bytes += by;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until few enough are on their way, or {@code over}.
     *
     * @return false if the client took none of them for as long as it may
     * @throws ClientGone if the thread is interrupted
     */
    boolean awaitRoom(BooleanSupplier over) {
        return awaitAtMost(MOST_BYTES, over);
    }

    /** As {@link #awaitRoom}, but until all have gone out. */
    boolean awaitEmpty(BooleanSupplier over) {
        return awaitAtMost(0, over);
    }

    private boolean awaitAtMost(long most, BooleanSupplier over) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
            long before = bytes;
            while (bytes > most && !over.getAsBoolean()) {
                left = changed.awaitNanos(left);
                if (bytes < before) {
                    before = bytes;
                    left = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
                } else if (left <= 0) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets time pass, in ms, unless it is {@code over} before.
     *
     * @throws ClientGone if the thread is interrupted
     */
    void pause(long ms, BooleanSupplier over) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(ms);
            while (left > 0 && !over.getAsBoolean()) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            throw interrupted();
        } finally {
            lock.unlock();
        }
    }

    private static ClientGone interrupted() {
        Thread.currentThread().interrupt();
        return new ClientGone("interrupted");
    }
}
