package io.dromedary.upstream;

import java.util.concurrent.CountDownLatch;

/**
 * One time that a body is given to a sink on its event loop, while the thread that asked for it waits. Used on the event
 * loop, but for {@link #await}.
 */
final class Pouring {

    private final BodySink sink;
    private final CountDownLatch over = new CountDownLatch(1);
    private boolean stopped;
    private Throwable failure;

    Pouring(BodySink sink) {
        this.sink = sink;
    }

    /** Gives it the next bytes; whether it takes more. */
    boolean give(byte[] bytes) {
        try {
            return !stopped && (sink.take(bytes) || stop());
        } catch (Throwable e) {
            return fail(e);
        }
    }

    /** Tells it that a read of the connection is over; whether it takes more. */
    boolean readOver() {
        try {
            return !stopped && (sink.readOver() || stop());
        } catch (Throwable e) {
            return fail(e);
        }
    }

    private boolean fail(Throwable e) {
        failure = e;
        return stop();
    }

    /** The thread goes on. Never true, so that it reads as what it means for the sink. */
    boolean stop() {
        stopped = true;
        over.countDown();
        return false;
    }

    /**
     * Waits until it is over. Interrupted, it has it stopped and still waits: the sink belongs to one thread at a time.
     *
     * @param stop has {@link #stop} called on the event loop
     * @throws RuntimeException what the sink threw
     */
    void await(Runnable stop) {
        boolean interrupted = false;
        while (true) {
            try {
                over.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
                stop.run();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw (RuntimeException) failure; // the sink declares no other
        }
    }
}
