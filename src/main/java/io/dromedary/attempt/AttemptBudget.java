package io.dromedary.attempt;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds something that multiplies requests, such as retries, to a share of all requests, so that an outage is not
 * multiplied by it. Each request pays in a share of one, each one takes a whole out; some are there from the start, so
 * that the first requests have one too. Outlives generations.
 */
public final class AttemptBudget {

    private static final long WHOLE = 100;
    private static final long RESERVE = 20 * WHOLE;
    private static final long MOST = 100 * WHOLE;

    private final long share;
    private final AtomicLong saved;

    /** @param percent how many there may be for a hundred requests, in the long run; 0 for none at all */
    public AttemptBudget(long percent) {
        this.share = percent;
        this.saved = new AtomicLong(percent == 0 ? 0 : RESERVE);
    }

    /** Pays in for one request. */
    public void request() {
        if (saved.get() < MOST) {
            saved.addAndGet(share);
        }
    }

    /** Takes one out, if there is one. */
    boolean take() {
        long before = saved.getAndUpdate(now -> now >= WHOLE ? now - WHOLE : now);
        return before >= WHOLE;
    }
}
