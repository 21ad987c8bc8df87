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
    /** Of a spend, what of it is reserved only. */
    private double reserved;
    /** When the last of what is reserved counts as spent. */
    private long reservedUntilMs;
    private long atMicros;
    private long windowBeginsMs;
    private Limit limit;
    private final Lows lows = Lows.none();
    /** The window that was looked up last: the bounds of a month take a walk over the calendar. */
    private Window window;
    private long beginsMs;
    private long endsMs;

    private Balance() {
    }

    /** One of which nothing is used. */
    static Balance unused() {
        return new Balance();
    }

    /** Brings it to the time {@code nowMicros}: a bucket fills, a window of spend may be a new one. */
    void goOnTo(Limit current, long nowMicros) {
        limit = current;
        long nowMs = nowMicros / 1000;
        if (limit.unit() == Unit.SPEND) {
            long begins = windowAt(nowMs).beginsMs;
            if (begins > windowBeginsMs) {
                windowBeginsMs = begins;
                used = 0;
                reserved = 0;
            }
            if (nowMs >= reservedUntilMs) {
                reserved = 0;
            }
        } else if (limit.unit() != Unit.PARALLEL && nowMicros > atMicros) {
            used -= (nowMicros - atMicros) * perMicro();
            if (used <= 0) {
                used = 0;
                lows.empty(nowMs);
            }
        }
        atMicros = Math.max(atMicros, nowMicros);
    }

    /** Whether a claim of {@code cost} would be refused: what {@link #standing} says, without the rest of it. */
    boolean refuses(long cost) {
        return switch (limit.unit()) {
            case PARALLEL -> used + cost > limit.amount();
            case SPEND -> used >= limit.amount();
            default -> lacking(cost) > 0;
        };
    }

    /** How much of a bucket is missing for a claim; one that wants more than all of it waits for a full bucket. */
    private double lacking(long cost) {
        return used + Math.min(cost, limit.amount()) - limit.amount();
    }

    /** How the limit stands for a claim of {@code cost}. */
    Standing standing(long cost) {
        long remaining = Math.max(0, (long) Math.floor(limit.amount() - used));
        return switch (limit.unit()) {
            case PARALLEL -> new Standing(limit, remaining, 0, refuses(cost) ? WHEN_ONE_ENDS_MS : 0);
            case SPEND -> {
                long ends = windowAt(atMicros / 1000).endsMs;
                long untilEnd = ends == Long.MAX_VALUE ? -1 : ends - atMicros / 1000;
                long wait = used - reserved >= limit.amount() ? untilEnd : WHEN_ONE_ENDS_MS;
                // Not cut at 0: what was spent beyond it is told.
                yield new Standing(limit, (long) Math.floor(limit.amount() - used), Math.max(0, untilEnd),
                        refuses(cost) ? wait : 0, (long) Math.floor(reserved));
            }
            default -> {
                double lacks = lacking(cost);
                yield new Standing(limit, remaining, millis(used), lacks > 0 ? millis(lacks) : 0);
            }
        };
    }

    /** Adds what is used, or is reserved for longer than anybody holds it. */
    void use(double cost) {
        if (isBucket()) {
            lows.rises(atMicros / 1000, used, limit.amount());
        }
        used += cost;
    }

    /**
     * Reserves.
     *
     * @param untilMs when it counts as used, if nobody has said by then what was
     */
    void reserve(double cost, long untilMs) {
        use(cost);
        if (limit.unit() == Unit.SPEND) {
            reserved += cost;
            reservedUntilMs = Math.max(reservedUntilMs, untilMs);
        }
    }

    /** {@code actual} takes the place of what {@code cost} reserved at {@code reservedMicros}. */
    void settle(long cost, long actual, long reservedMicros) {
        switch (limit.unit()) {
            case PARALLEL -> used -= cost;
            case SPEND -> {
                boolean sameWindow = windowAt(reservedMicros / 1000).beginsMs == windowBeginsMs;
                used += sameWindow ? actual - cost : actual;
                reserved = Math.max(0, sameWindow ? reserved - cost : reserved);
            }
            default -> {
                if (actual < cost) {
                    used -= lows.giveBack(reservedMicros / 1000, used, cost - actual, limit.amount());
                } else {
                    use(actual - cost);
                }
            }
        }
        used = Math.max(0, used);
    }

    long used() {
        return (long) Math.ceil(used);
    }

    /** What was spent, without what is reserved only. */
    long spent() {
        return (long) Math.ceil(used - reserved);
    }

    /** Whether it is a sum of what was spent. */
    boolean isSpend() {
        return limit != null && limit.unit() == Unit.SPEND;
    }

    /** Whether one that is made anew would be the same. */
    boolean isIdle(long nowMicros) {
        if (limit != null) {
            goOnTo(limit, nowMicros);
        }
        return limit != null && used == 0 && reserved == 0;
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

    /** Looks up the window that holds at {@code ms}. */
    private Balance windowAt(long ms) {
        if (window != limit.window() || ms < beginsMs || ms >= endsMs) {
            window = limit.window();
            beginsMs = window.beginsMs(ms);
            endsMs = window.endsMs(ms);
        }
        return this;
    }

    private boolean isBucket() {
        return limit.unit() == Unit.REQUESTS || limit.unit() == Unit.TOKENS;
    }

    private double perMicro() {
        return limit.amount() / (limit.window().lengthMs() * MICROS);
    }

    private long millis(double amount) {
        return (long) Math.ceil(amount / perMicro() / MICROS);
    }
}
