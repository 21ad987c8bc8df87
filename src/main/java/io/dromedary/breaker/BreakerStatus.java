package io.dromedary.breaker;

import io.dromedary.client.FailureKind;

/**
 * How the breaker of a deployment stands, in what an operator asks of it.
 *
 * @param lamp         whether the deployment is asked
 * @param since        since when it is so, in ms since 1970; 0 where it never was otherwise
 * @param why          why it is left alone, or was last; null where it never was
 * @param kind         of the failure that was the last one before; null where it was none of an upstream
 * @param reason       that failure in words fit for clients; null as the kind
 * @param failedAt     when that failure was, in ms since 1970
 * @param triedAgainAt when the deployment is tried again, in ms since 1970; 0 where it is not left alone
 * @param probesFailed how many probes have not found it since it was left alone
 */
public record BreakerStatus(Lamp lamp, long since, String why, FailureKind kind, String reason, long failedAt,
        long triedAgainAt, int probesFailed) {

    /** Whether a deployment is asked. */
    public enum Lamp {
        /** It is. */
        CLOSED,
        /** It is left alone. */
        OPEN,
        /** A few calls try it. */
        HALF_OPEN,
        /** It always is: the configuration has no breakers. */
        DISABLED
    }
}
