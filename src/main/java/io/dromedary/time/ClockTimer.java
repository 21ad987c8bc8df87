package io.dromedary.time;

import java.util.concurrent.TimeUnit;

import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;

/**
 * On whose one thread all clocks run out. Nearly every clock is stopped before it does, several a request, so setting
 * and stopping one must cost next to nothing: Netty's wheel takes both without a lock and wakes nobody, at the price
 * that a clock runs out up to {@value #TICK_MS} ms late. A task that takes long holds up all others.
 */
public final class ClockTimer implements AutoCloseable {

    private static final long TICK_MS = 10;

    private final HashedWheelTimer wheel = new HashedWheelTimer(task -> {
        Thread thread = new Thread(task, "attempt-clocks");
        thread.setDaemon(true);
        return thread;
    }, TICK_MS, TimeUnit.MILLISECONDS);

    /** A task that is to run once. */
    public static final class Task {

        private final Timeout timeout;

        private Task(Timeout timeout) {
            this.timeout = timeout;
        }

        /** It runs no more, unless it has begun. */
        public void cancel() {
            timeout.cancel();
        }
    }

    /** Runs {@code task} once, after so many ms. */
    public Task after(long ms, Runnable task) {
        return new Task(wheel.newTimeout(timeout -> task.run(), ms, TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        wheel.stop();
    }
}
