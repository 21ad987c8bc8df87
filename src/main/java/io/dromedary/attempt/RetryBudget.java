package io.dromedary.attempt;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds retries to a share of all requests, so that an outage is not multiplied by them. Each request pays in a share of a
 * retry, each retry takes a whole one out; some are there from the start, so that few requests can be retried too. Outlives
 * generations. Asking another deployment is no retry.
 */
public final class RetryBudget {

    private static final long WHOLE = 100;
    private static final long RESERVE = 20 * WHOLE;
    private static final long MOST = 100 * WHOLE;

    private final long share;
    private final AtomicLong saved = new AtomicLong(RESERVE);

    /** @param percent how many retries there may be for a hundred requests, in the long run */
    public RetryBudget(long percent) {
        this.share = percent;
    }

    /** Pays in for one request. */
    public void request() {
        if (saved.get() < MOST) {
            saved.addAndGet(share);
        }
    }

    /** Takes one retry out, if there is one. */
    boolean take() {
        long before = saved.getAndUpdate(now -> now >= WHOLE ? now - WHOLE : now);
        return before >= WHOLE;
    }
}
