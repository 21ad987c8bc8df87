package io.dromedary.attempt;

import java.io.IOException;

/** A clock of an attempt ran out. The message says which, and after how many ms. */
public final class ClockExpired extends IOException {

    /** @param ms how long was waited */
    public ClockExpired(Clock clock, long ms) {
        super(clock.expired(ms));
    }
}
