package io.dromedary.ledger;

import java.util.List;

/**
 * Keeps what accounts have used and holds it against their limits. Where several gateways share one, the limits hold
 * over all of them.
 *
 * <p>Requests and tokens are in buckets: a bucket holds at most the limit's amount, is full at first, and fills evenly
 * over the limit's window; what is used beyond a reservation may leave it below zero. Of a reservation, no more is
 * given back than was in use all the time since. Spend is a sum from the window's start. Changing a limit's amount
 * forgets nothing that was used.
 */
public interface Ledger extends AutoCloseable {

    /**
     * Checks all claims, and reserves all of them if each can be granted, none otherwise; in one step, so that requests
     * at the same time cannot use the same rest. May block for a moment, never for more than 100 ms; not to be called
     * on an event loop.
     *
     * @param claims   of one account or several; no limit twice
     * @param longestMs after so many ms, what is held counts as given back even if nobody has said so, and what else
     *                  was reserved as used
     */
    Decision reserve(List<Claim> claims, long longestMs);

    /**
     * The request of a grant has ended: what it held is given back, and what it has used takes the place of what it had
     * reserved. Does not block. A second call for the same grant does nothing.
     *
     * @param decision one that was granted
     * @param used     what was really used, one figure for each claim in their order; ignored for a unit that is held
     */
    void settle(Decision decision, long[] used);

    /** What has been used of a limit, for a report: the sum of a spend, what is held, what is gone of a bucket. */
    long used(Limit limit);

    @Override
    default void close() {
    }
}
