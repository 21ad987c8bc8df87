package io.dromedary.balance;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What the gateway knows of how busy one deployment is: requests in flight, how soon it answers, and what it was asked
 * for in the current minute. Kept in memory, so each gateway counts its own. Safe for several threads.
 */
public final class DeploymentLoad {

    /** Weight of the newest of the times in their mean, in percent: a few requests tell a change. */
    private static final long NEWEST_PERCENT = 20;

    private final LongSupplier nanos;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicLong meanNanos = new AtomicLong();
    private final MinuteWindow requests;
    private final MinuteWindow tokens;
    private volatile Semaphore slots;
    private volatile int slotCount;
    private volatile long requestsLeft = -1;
    private volatile long tokensLeft = -1;

    /** @param nanos a clock that only goes forward, in ns */
    DeploymentLoad(LongSupplier nanos) {
        this.nanos = nanos;
        this.requests = new MinuteWindow(nanos);
        this.tokens = new MinuteWindow(nanos);
    }

    /** Sets how many requests it serves at a time; 0 for any number. Requests in flight keep their places. */
    synchronized void limit(int parallel) {
        if (parallel != slotCount) {
            slotCount = parallel;
            slots = parallel > 0 ? new Semaphore(parallel, true) : null;
        }
    }

    /**
     * Takes a place, and waits for one if need be.
     *
     * @param ms how long at most, in ms
     * @return what gives the place back; null if there was none in time
     * @throws InterruptedException if the thread was interrupted meanwhile
     */
    public Runnable takeSlot(long ms) throws InterruptedException {
        Semaphore taken = slots;
        if (taken == null) {
            return () -> { };
        }
        return taken.tryAcquire(ms, TimeUnit.MILLISECONDS) ? taken::release : null;
    }

    /** A request begins. */
    public void begins() {
        inFlight.incrementAndGet();
        requests.add(1);
    }

    /** It has ended. */
    public void ends() {
        inFlight.decrementAndGet();
    }

    /** The first content of a stream, or a whole plain answer, came after so many ns. */
    public void answeredAfter(long elapsedNanos) {
        meanNanos.updateAndGet(mean -> mean == 0 ? elapsedNanos
                : (mean * (100 - NEWEST_PERCENT) + elapsedNanos * NEWEST_PERCENT) / 100);
    }

    /** So many tokens were used. */
    public void used(long count) {
        tokens.add(count);
    }

    /**
     * The deployment has said how much it still takes in the current window, as OpenAI's rate limits do.
     *
     * @param requestsToo requests; -1 where it did not say
     * @param tokensToo   tokens; -1 where it did not say
     */
    public void leaves(long requestsToo, long tokensToo) {
        requestsLeft = requestsToo;
        tokensLeft = tokensToo;
    }

    /** How many requests it still takes, as it has said last; -1 if it has not. */
    public long requestsLeft() {
        return requestsLeft;
    }

    /** How many tokens it still takes, as it has said last; -1 if it has not. */
    public long tokensLeft() {
        return tokensLeft;
    }

    /** Requests in flight. */
    public int inFlight() {
        return inFlight.get();
    }

    /** The mean time to an answer, newer ones weighing more, in ns; 0 if there was none yet. */
    public long meanNanos() {
        return meanNanos.get();
    }

    /** Requests in the current minute. */
    public long requestsThisMinute() {
        return requests.sum();
    }

    /** Tokens in the current minute. */
    public long tokensThisMinute() {
        return tokens.sum();
    }
}
