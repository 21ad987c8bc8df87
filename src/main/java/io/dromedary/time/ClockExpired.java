package io.dromedary.time;

import java.io.IOException;

/** A clock of an attempt, or the one over the whole request, ran out. The message says which, and after how many ms. */
public final class ClockExpired extends IOException {

    /** @param ms how long was waited */
    public ClockExpired(Clock clock, long ms) {
        super(clock.expired(ms));
    }

    /**
     * That of the whole request is made before it is needed, and where it was made tells nothing: to find that out
     * costs.
     */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
