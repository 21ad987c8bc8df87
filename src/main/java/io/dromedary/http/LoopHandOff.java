package io.dromedary.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;

/**
 * One hand-off of a body to a sink on its event loop, while the thread that asked for it waits. The event loop owns the
 * sink from the start of the hand-off until {@link #stop}; then the thread owns it again. Used on the event loop,
 * except {@link #await}.
 */
final class LoopHandOff {

    private final BodySink sink;
    private final CountDownLatch over = new CountDownLatch(1);
    private ScheduledFuture<?> watch;
    private int quietTicks;
    private boolean stopped;
    private Throwable failure;

    LoopHandOff(BodySink sink) {
        this.sink = sink;
    }

    /** Gives the next bytes to the sink; false if it takes no more, and the thread goes on. */
    boolean give(byte[] bytes) {
        quietTicks = 0;
        try {
            return continues(!stopped && sink.take(bytes));
        } catch (Throwable e) {
            failure = e;
            return continues(false);
        }
    }

    /** Tells the sink that a read of the connection is over; false if it takes no more, and the thread goes on. */
    boolean readOver() {
        try {
            return continues(!stopped && sink.readOver());
        } catch (Throwable e) {
            failure = e;
            return continues(false);
        }
    }

    /**
     * Has the sink told of silence from now on.
     *
     * @param over runs if it takes no more then
     */
    void watch(EventLoop loop, Runnable over) {
        long ms = sink.quietMs();
        if (ms > 0) {
            watch = loop.scheduleWithFixedDelay(() -> tick(over), ms / 2, ms / 2, TimeUnit.MILLISECONDS);
        }
    }

    private void tick(Runnable over) {
        if (!stopped && ++quietTicks >= 2) {
            quietTicks = 0;
            boolean takesMore = false;
            try {
                takesMore = sink.quiet();
            } catch (Throwable e) {
                failure = e;
            }
            if (!takesMore) {
                over.run();
                stop();
            }
        }
    }

    private boolean continues(boolean takesMore) {
        if (!takesMore) {
            stop();
        }
        return takesMore;
    }

    /** Ends the hand-off: the waiting thread goes on. */
    void stop() {
        stopped = true;
        if (watch != null) {
            watch.cancel(false);
        }
        over.countDown();
    }

    /**
     * Waits until the hand-off has ended. An interrupted thread asks for its end and still waits, because the sink
     * belongs to one thread at a time.
     *
     * @param askForEnd has {@link #stop} called on the event loop
     * @throws RuntimeException what the sink threw
     */
    void await(Runnable askForEnd) {
        boolean interrupted = false;
        while (true) {
            try {
                over.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                askForEnd.run();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure; // the sink declares no checked exception
        }
    }
}
