package io.dromedary.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that has just been started and takes connections; nothing has been asked of it.
 *
 * @param process it
 * @param target  what requests are sent to
 * @param begun   when its command was given, by {@code System.nanoTime()}
 */
record Fresh(Running process, Target target, long begun) implements AutoCloseable {

    /** A way to start one. */
    interface Launch {

        /** Starts one anew, and waits until it takes connections. */
        Fresh start(Rig rig) throws IOException, InterruptedException;
    }

    /** How long ago its command was given, in milliseconds. */
    double ageMillis() {
        return (System.nanoTime() - begun) / 1e6;
    }

    /** Waits until its command was given that long ago. */
    void await(int seconds) {
        long end = begun + TimeUnit.SECONDS.toNanos(seconds);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
