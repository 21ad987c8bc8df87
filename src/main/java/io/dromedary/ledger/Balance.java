package io.dromedary.ledger;

import io.dromedary.ledger.Limit.Unit;

/**
 * How one limit stands, in memory. Counts what is used, not what is left, so that a changed amount holds at once and
 * forgets nothing. The arithmetic is in doubles and microseconds, as any other ledger's has to be. Not safe for several
 * threads.
 */
final class Balance {

    private static final double MICROS = 1000;
    private static final int WHEN_ONE_ENDS_MS = 1000;

    /** What is in use: gone from the bucket, held, or spent. Never below 0. */
    private double used;
    private long atMicros;
    private long windowBeginsMs;
    private boolean spend;
    /** When the bucket was seen full last: what was reserved before has filled up since. */
    private long fullMs;

    private Balance() {
    }

    /** One of which nothing is used. */
    static Balance unused() {
        return new Balance();
    }

    /** Brings it to the time {@code nowMicros}: a bucket fills, a window of spend may be a new one. */
    void goOnTo(Limit limit, long nowMicros) {
        if (limit.unit() == Unit.SPEND) {
            spend = true;
            long begins = limit.window().beginsMs(nowMicros / 1000);
            if (begins > windowBeginsMs) {
                windowBeginsMs = begins;
                used = 0;
            }
        } else if (limit.unit() != Unit.PARALLEL && nowMicros > atMicros) {
            used -= (nowMicros - atMicros) * perMicro(limit);
            if (used <= 0) {
                used = 0;
                fullMs = nowMicros / 1000;
            }
        }
        atMicros = Math.max(atMicros, nowMicros);
    }

    /** How the limit stands for a claim of {@code cost}. */
    Standing standing(Limit limit, long cost) {
        long remaining = Math.max(0, (long) Math.floor(limit.amount() - used));
        return switch (limit.unit()) {
            case PARALLEL -> new Standing(limit, remaining, 0, used + cost > limit.amount() ? WHEN_ONE_ENDS_MS : 0);
            case SPEND -> {
                long ends = limit.window().endsMs(atMicros / 1000);
                long untilEnd = ends == Long.MAX_VALUE ? -1 : ends - atMicros / 1000;
                // Not cut at 0: what was spent beyond it is told.
                yield new Standing(limit, (long) Math.floor(limit.amount() - used), Math.max(0, untilEnd),
                        used >= limit.amount() ? untilEnd : 0);
            }
            default -> {
                // One that wants more than all of it waits for a full bucket.
                double lacks = used + Math.min(cost, limit.amount()) - limit.amount();
                yield new Standing(limit, remaining, millis(used, limit), lacks > 0 ? millis(lacks, limit) : 0);
            }
        };
    }

    void use(long cost) {
        used += cost;
    }

    /** {@code actual} takes the place of what {@code claim} reserved at {@code reservedMicros}. */
    void settle(Claim claim, long actual, long reservedMicros) {
        switch (claim.limit().unit()) {
            case PARALLEL -> used -= claim.cost();
            case SPEND -> {
                boolean sameWindow = claim.limit().window().beginsMs(reservedMicros / 1000) == windowBeginsMs;
                used += sameWindow ? actual - claim.cost() : actual;
            }
            default -> {
                boolean filledUp = actual < claim.cost() && fullMs > reservedMicros / 1000;
                used += filledUp ? 0 : actual - claim.cost();
            }
        }
        used = Math.max(0, used);
    }

    long used() {
        return (long) Math.ceil(used);
    }

    /** Whether it is a sum of what was spent. */
    boolean isSpend() {
        return spend;
    }

    /** When the window of the sum began, in ms since 1970. */
    long windowBeginsMs() {
        return windowBeginsMs;
    }

    /** Takes over a sum that an earlier process has noted; it is forgotten if another window holds by now. */
    void recall(long beginsMs, long sum) {
        windowBeginsMs = beginsMs;
        used = sum;
    }

    private static double perMicro(Limit limit) {
        return limit.amount() / (limit.window().lengthMs() * MICROS);
    }

    private static long millis(double amount, Limit limit) {
        return (long) Math.ceil(amount / perMicro(limit) / MICROS);
    }
}
