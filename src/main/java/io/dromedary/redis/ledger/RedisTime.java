package io.dromedary.redis.ledger;

import java.util.function.LongSupplier;

/**
 * Redis' time, as this gateway knows it from Redis' answers: gateways whose clocks differ agree in it. Before the first
 * answer it is the gateway's own.
 */
final class RedisTime {

    private static final long UNKNOWN = Long.MIN_VALUE;

    private final LongSupplier fixed;
    private volatile long offset = UNKNOWN;

    /** @param fixed a test's time, in microseconds since 1970, which Redis is told; null for Redis' own */
    RedisTime(LongSupplier fixed) {
        this.fixed = fixed;
    }

    /** Now, in microseconds since 1970. */
    long micros() {
        long known = offset;
        return fixed != null ? fixed.getAsLong()
                : known == UNKNOWN ? System.currentTimeMillis() * 1000 : known + System.nanoTime() / 1000;
    }

    /** Now, in ms since 1970. */
    long millis() {
        return micros() / 1000;
    }

    /** What Redis is to take for now; empty for its own time. */
    String told() {
        return fixed == null ? "" : String.valueOf(fixed.getAsLong());
    }

    /**
     * Until when a call that is sent now is worth to be done, as {@link #told}: one that Redis reads later, since it
     * was frozen, must reserve nothing.
     */
    String latest(long micros) {
        return fixed != null || offset == UNKNOWN ? "" : String.valueOf(micros() + micros);
    }

    /** Redis has just said what time it is. An answer that took long makes it seem earlier, and is passed over. */
    void said(long micros) {
        long now = micros - System.nanoTime() / 1000;
        if (offset == UNKNOWN || now > offset) {
            offset = now;
        }
    }

    /** Redis has just said that its time is another one. */
    void corrected(long micros) {
        offset = micros - System.nanoTime() / 1000;
    }
}
