package io.dromedary.attempt;

import java.io.IOException;

/** A clock of an attempt ran out. The message says which, and after how many ms. */
public final class ClockExpired extends IOException {

    /** @param ms how long was waited */
    public ClockExpired(Clock clock, long ms) {
        super(clock.expired(ms));
    }

    /** Made for each request, in case its clock runs out: where that was tells nothing, and to find it out costs. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
