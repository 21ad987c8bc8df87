package io.dromedary.attempt;

import java.util.OptionalLong;

/**
 * An upstream did not answer as it should, so the next deployment of the plan is asked. Carries what the client is told
 * when nothing is left. The message is fit for clients: no address, no key.
 */
public final class AttemptFailed extends RuntimeException {

    private final int status;
    private final String type;
    private final String code;
    private final boolean counts;
    private final OptionalLong retryAfterSeconds;

    /**
     * @param status            the status for the client if this is the last attempt
     * @param type              OpenAI's {@code type}, or null for the status's own
     * @param code              OpenAI's {@code code}, or null for the status's own
     * @param message           what happened, in words for the client
     * @param counts            whether the breaker counts it
     * @param retryAfterSeconds what upstream said of when to come again
     */
    public AttemptFailed(
            int status, String type, String code, String message, boolean counts, OptionalLong retryAfterSeconds) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.code = code;
        this.counts = counts;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** 502: what came back is no answer. */
    public static AttemptFailed unreadable(String message) {
        return new AttemptFailed(502, null, null, message, true, OptionalLong.empty());
    }

    /** The status for the client. */
    public int status() {
        return status;
    }

    /** OpenAI's {@code type}, or null. */
    public String type() {
        return type;
    }

    /** OpenAI's {@code code}, or null. */
    public String code() {
        return code;
    }

    /** Whether the breaker counts it as a failure of the deployment. */
    public boolean counts() {
        return counts;
    }

    /** What upstream said of when to come again, in seconds. */
    public OptionalLong retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
