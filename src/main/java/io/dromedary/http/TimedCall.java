package io.dromedary.http;

import io.netty.channel.EventLoop;

import io.dromedary.time.ClockTimer;

/**
 * The control of a call that one clock bounds from its beginning to the end of its answer, and that nobody else
 * cancels: a probe. {@link #close} ends the call. Safe for several threads.
 */
public final class TimedCall implements CallControl, AutoCloseable {

    private final ClockTimer.Task clock;
    private Runnable cancel = () -> { };
    private Thread thread = Thread.currentThread();
    private boolean over;

    /**
     * Begins now.
     *
     * @param timer on whose thread the clock expires
     * @param ms    how long all of the call may take, in ms
     */
    public TimedCall(ClockTimer timer, long ms) {
        clock = timer.after(ms, this::end);
    }

    @Override
    public void connecting() {
        // One clock runs over all of it.
    }

    @Override
    public void awaitingAnswer() {
        // One clock runs over all of it.
    }

    @Override
    public void pauseClock() {
        // One clock runs over all of it.
    }

    @Override
    public void clocksOn(EventLoop loop) {
        // A probe that a busy gateway takes for late is made again; no loop needs to be asked.
    }

    @Override
    public void cancelBy(Runnable how) {
        boolean late;
        synchronized (this) {
            cancel = how;
            late = over;
        }
        if (late) {
            how.run();
        }
    }

    @Override
    public void cancelByInterrupt() {
        cancelBy(this::interrupt);
    }

    private synchronized void interrupt() {
        if (thread != null) {
            thread.interrupt();
        }
    }

    private void end() {
        Runnable how;
        synchronized (this) {
            over = true;
            how = cancel;
        }
        how.run();
    }

    /** Whether the clock has expired. */
    public synchronized boolean expired() {
        return over;
    }

    @Override
    public void close() {
        clock.cancel();
        Runnable how;
        synchronized (this) {
            thread = null; // first, so that no interrupt reaches what follows on this thread
            how = cancel;
        }
        how.run();
        if (expired()) {
            Thread.interrupted(); // it was meant for this call
        }
    }
}
