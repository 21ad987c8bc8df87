package io.dromedary.ledger;

/** What accounts have used cannot be told now, and nothing may be granted without. Has no stack. */
public final class LedgerAway extends RuntimeException {

    private final long retryAfterSeconds;

    /** @param retryAfterSeconds when it may be there again, in seconds */
    public LedgerAway(long retryAfterSeconds) {
        super("the limits cannot be looked up", null, false, false);
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** When it may be there again, in seconds. */
    public long retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
