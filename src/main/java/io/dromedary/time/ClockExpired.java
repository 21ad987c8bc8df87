package io.dromedary.time;

import java.io.IOException;

/** A clock of an attempt, or the one over the whole request, ran out. The message says which, and after how many ms. */
public final class ClockExpired extends IOException {

    private final Clock clock;
    private final boolean ofRequest;

    /** @param ms how long was waited */
    public ClockExpired(Clock clock, long ms) {
        this(clock, ms, false);
    }

    /**
     * @param ms        how long was waited
     * @param ofRequest whether the request itself has made it shorter than it would be
     */
    public ClockExpired(Clock clock, long ms, boolean ofRequest) {
        super(clock.expired(ms));
        this.clock = clock;
        this.ofRequest = ofRequest;
    }

    /** Which one. */
    public Clock clock() {
        return clock;
    }

    /** Whether the request itself has made it shorter than it would be. */
    public boolean ofRequest() {
        return ofRequest;
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
