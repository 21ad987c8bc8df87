package io.dromedary.breaker;

import java.util.function.Consumer;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;

import io.dromedary.breaker.BreakerStatus.Lamp;
import io.dromedary.client.Ending;
import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;

/** What has happened to one breaker, for whoever looks at it: when it changed last and why. Decides nothing. */
final class BreakerStory {

    private final CircuitBreaker breaker;
    private final Consumer<BreakerStatus> changes;
    private FailureKind kind;
    private String reason;
    private long failedAt;
    private String cause;
    private String why;
    private long since;
    private int probesFailed;
    private State before = State.CLOSED;

    /** @param changes is told of each change */
    BreakerStory(CircuitBreaker breaker, Consumer<BreakerStatus> changes) {
        this.breaker = breaker;
        this.changes = changes;
    }

    /** A call has failed. */
    synchronized void failed(Ending ending) {
        if (ending instanceof UpstreamFailed failure) {
            kind = failure.kind();
            reason = failure.getMessage();
            failedAt = System.currentTimeMillis();
        }
    }

    /** The deployment has said when to come again. */
    synchronized void saidSo(long seconds) {
        cause = "it takes no request for " + seconds + " s, as its Retry-After says";
    }

    /** The deployment has said so to another gateway. */
    synchronized void saidElsewhere(long seconds) {
        cause = "it takes no request for " + seconds + " s, as its Retry-After said to another gateway";
    }

    /** It has failed more often than {@code allowed_fails} bears. */
    synchronized void beyondAllowed(int borne) {
        cause = "more than " + borne + " failures in a minute, as allowed_fails has it";
    }

    /** A probe has not found the deployment. */
    synchronized void probeFailed() {
        probesFailed++;
    }

    /** The breaker has become {@code state}, and the deployment is left alone for so long. */
    void changed(State state, long leftAloneMs) {
        BreakerStatus status;
        synchronized (this) {
            since = System.currentTimeMillis();
            if (state == State.OPEN) {
                why = cause != null ? cause : before == State.HALF_OPEN ? "it failed when it was tried again"
                        : breaker.getMetrics().getNumberOfFailedCalls() + " of its last "
                        + breaker.getMetrics().getNumberOfBufferedCalls() + " calls failed";
                probesFailed = 0;
            }
            cause = null;
            before = state;
            status = status(state == State.OPEN, leftAloneMs);
        }
        changes.accept(status);
    }

    /** How it stands. */
    synchronized BreakerStatus status(boolean leftAlone, long leftAloneMs) {
        State state = breaker.getState();
        Lamp lamp = leftAlone ? Lamp.OPEN : state == State.HALF_OPEN ? Lamp.HALF_OPEN
                : state == State.DISABLED ? Lamp.DISABLED : Lamp.CLOSED;
        return new BreakerStatus(lamp, since, why, kind, reason, failedAt,
                leftAlone ? System.currentTimeMillis() + leftAloneMs : 0, probesFailed);
    }
}
