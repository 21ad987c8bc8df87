package io.dromedary.attempt;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds and counts the second attempts over all requests. Owned by the app: a reload does not forget. Safe for several
 * threads.
 */
public final class HedgeBudget {

    private final AttemptBudget share;
    private final AtomicLong asked = new AtomicLong();
    private final AtomicLong won = new AtomicLong();

    /** @param percent how many there may be for a hundred streams that might have one */
    public HedgeBudget(long percent) {
        this.share = new AttemptBudget(percent);
    }

    /** A stream begins that might have a second attempt. */
    public void stream() {
        share.request();
    }

    /** Takes one second attempt out of the share, if there is one. */
    public boolean take() {
        return share.take();
    }

    /** A second attempt is made. */
    public void asks() {
        asked.incrementAndGet();
    }

    /** A second attempt has given its client the answer. */
    public void wins() {
        won.incrementAndGet();
    }

    /** How many second attempts there were. */
    public long asked() {
        return asked.get();
    }

    /** How many of them gave their clients the answer. */
    public long won() {
        return won.get();
    }
}
