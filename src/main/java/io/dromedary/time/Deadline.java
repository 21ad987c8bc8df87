package io.dromedary.time;

import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Ends an upstream call whose clock runs out. A blocking read cannot look at a clock, so a timer does and closes what
 * the read waits on. Setting the next deadline is one volatile write; the timer looks again only when an old deadline
 * comes. Where a judge is named, it has the last look: what came in time, but to a gateway that was too busy to see it,
 * is not late. One for each attempt; {@link #close} it when the attempt is over.
 */
public final class Deadline implements AutoCloseable {

    private final ClockTimer timer;
    private final Runnable abort;
    private volatile long deadline = Long.MAX_VALUE;
    private volatile Clock clock;
    private volatile long limitMs;
    private volatile boolean ofRequest;
    private volatile ClockExpired expired;
    private volatile boolean closed;
    private volatile Consumer<Runnable> judge = Runnable::run;
    private ClockTimer.Task next;
    private long nextAt = Long.MAX_VALUE;

    /** @param abort ends the call; may run on the timer's thread, and more than once */
    public Deadline(ClockTimer timer, Runnable abort) {
        this.timer = timer;
        this.abort = abort;
    }

    /** From now on, {@code which} runs out after {@code ms}. Replaces the clock before it. */
    public void expect(Clock which, long ms) {
        expect(which, ms, false);
    }

    /**
     * The same.
     *
     * @param byRequest whether the request itself has made it shorter than it would be
     */
    public void expect(Clock which, long ms, boolean byRequest) {
        clock = which;
        ofRequest = byRequest;
        limitMs = ms;
        deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        arm();
    }

    /** From now on, whether a clock has run out is looked at where {@code where} runs it, once more. */
    public void judgedBy(Consumer<Runnable> where) {
        judge = where;
    }

    /** From now on, no clock runs. */
    public void pause() {
        deadline = Long.MAX_VALUE;
    }

    /** Which clock ran out, or null. */
    public ClockExpired expired() {
        return expired;
    }

    private synchronized void arm() {
        long at = deadline;
        if (closed || at == Long.MAX_VALUE || nextAt - at <= 0 && nextAt != Long.MAX_VALUE) {
            return; // the timer looks earlier than that anyway, and then again
        }
        if (next != null) {
            next.cancel();
        }
        nextAt = at;
        next = timer.after(Math.max(0, TimeUnit.NANOSECONDS.toMillis(at - System.nanoTime())), this::look);
    }

    private void look() {
        synchronized (this) {
            next = null;
            nextAt = Long.MAX_VALUE;
        }
        if (due()) {
            judge.accept(this::judge);
        }
    }

    private boolean due() {
        if (closed || deadline == Long.MAX_VALUE) {
            return false;
        }
        if (deadline - System.nanoTime() > 0) {
            arm();
            return false;
        }
        return true;
    }

    private void judge() {
        if (!due()) {
            return;
        }
        expired = new ClockExpired(clock, limitMs, ofRequest);
        abort.run();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
            next = null;
        }
    }
}
