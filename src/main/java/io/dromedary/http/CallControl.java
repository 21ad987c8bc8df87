package io.dromedary.http;

import io.netty.channel.EventLoop;

/**
 * All that the transport knows of whoever makes a call: it tells how far the call has come, so that the right clock
 * runs, and learns how it can be cancelled. Called from the thread that makes the call, except {@link #pauseClock},
 * which also comes from event loops.
 */
public interface CallControl {

    /** A connection is being made: the connect clock runs. */
    void connecting();

    /** The request waits for a connection or for its answer: the clock of the answer runs. */
    void awaitingAnswer();

    /** No clock runs until one of the others is named. */
    void pauseClock();

    /**
     * From now on, whether a clock has expired is decided on that loop, once the loop is on time.
     *
     * @param loop the event loop of the connection
     */
    void clocksOn(EventLoop loop);

    /**
     * From now on, {@code how} cancels the call; it runs at once if the call was cancelled before.
     *
     * @param how may run on any thread, and more than once
     */
    void cancelBy(Runnable how);

    /** From now on, an interrupt of the calling thread cancels the call. */
    void cancelByInterrupt();
}
