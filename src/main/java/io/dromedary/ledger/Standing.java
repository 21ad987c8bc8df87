package io.dromedary.ledger;

/**
 * How a limit stands after a claim on it.
 *
 * @param limit     the limit
 * @param remaining what is left of it, in its unit; 0 or more, but for a spend: below 0 is what was spent beyond it
 * @param resetMs   in how many ms all of it is there again, if nobody uses any; 0 for a unit that is held
 * @param waitMs    in how many ms a claim that was refused can be granted; 0 where it was not this limit that refused
 *                  it. -1 for never
 * @param reserved  of a spend, what is missing from it only since requests that run have reserved it; 0 of others
 */
public record Standing(Limit limit, long remaining, long resetMs, long waitMs, long reserved) {

    /** How a limit stands that is no spend. */
    public Standing(Limit limit, long remaining, long resetMs, long waitMs) {
        this(limit, remaining, resetMs, waitMs, 0);
    }

    /** Whether this limit has refused the claim. */
    public boolean refuses() {
        return waitMs != 0;
    }

    /** Of a spend, what has really been spent. */
    public long spent() {
        return limit.amount() - remaining - reserved;
    }

    /** Of a spend that has refused a claim: whether it is spent, and does not only seem so while requests run. */
    public boolean isSpent() {
        return spent() >= limit.amount();
    }

    /** The same, of a claim that is granted. */
    Standing granted() {
        return waitMs == 0 ? this : new Standing(limit, remaining, resetMs, 0, reserved);
    }
}
