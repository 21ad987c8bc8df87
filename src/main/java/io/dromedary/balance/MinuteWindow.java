package io.dromedary.balance;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A count that begins anew with each minute, as LiteLLM's {@code rpm} and {@code tpm} do. Safe for several threads. */
final class MinuteWindow {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanos;
    private long minute;
    private long sum;

    MinuteWindow(LongSupplier nanos) {
        this.nanos = nanos;
        this.minute = current();
    }

    synchronized void add(long count) {
        roll();
        sum += count;
    }

    synchronized long sum() {
        roll();
        return sum;
    }

    private void roll() {
        long now = current();
        if (now != minute) {
            minute = now;
            sum = 0;
        }
    }

    private long current() {
        return Math.floorDiv(nanos.getAsLong(), MINUTE);
    }
}
