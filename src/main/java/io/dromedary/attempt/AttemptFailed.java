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
    private final boolean retryable;

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
        this(status, type, code, message, counts, retryAfterSeconds, counts && mayPass(status));
    }

    private AttemptFailed(int status, String type, String code, String message, boolean counts,
            OptionalLong retryAfterSeconds, boolean retryable) {
        super(message, null, false, false);
        this.retryable = retryable;
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

    /** 503: the gateway ends, and this request with it. Nobody upstream has failed. */
    public static AttemptFailed gatewayEnds() {
        return new AttemptFailed(503, "server_error", "gateway_ending", "the gateway is ending", false, OptionalLong.empty(), false);
    }

    /** 502: nobody is there. Asking the same deployment again at once would find nobody again. */
    public static AttemptFailed unreachable(String message) {
        return new AttemptFailed(502, null, null, message, true, OptionalLong.empty(), false);
    }

    /** LiteLLM's set of statuses that a retry may get past. */
    private static boolean mayPass(int status) {
        return status == 408 || status == 409 || status == 429 || status >= 500;
    }

    /** Whether asking the same deployment again may help. */
    public boolean retryable() {
        return retryable;
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
