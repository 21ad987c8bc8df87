package io.dromedary.attempt;

import java.util.OptionalLong;

import org.apache.camel.Exchange;

import io.dromedary.answer.ApiError;
import io.dromedary.breaker.Cooldown;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ClientCall;
import io.dromedary.request.ClientGone;

/**
 * First step after a failed attempt: notes why it failed and tells the route, by the property {@code over}, whether the
 * request ends here because its answer has begun or nobody waits for it.
 */
public final class NoteFailure extends GatewayStep {

    /** The exchange property: whether no other deployment is to be asked. */
    public static final String OVER = "over";

    @Override
    public void process(Exchange exchange) {
        Attempts attempts = Attempts.of(exchange);
        Attempt attempt = attempts.current();
        attempt.close();
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        rethrowOwn(failure);
        boolean gone = attempts.call().gone() || ClientGone.isCauseOf(failure);
        if (!gone) {
            // No exception means that the breaker is open: the deployment was not called.
            if (failure == null) {
                attempts.skipped(coolingDown(attempt));
            } else {
                attempts.failed(FailureReason.of(attempt.causeOf(failure)));
            }
        }
        ClientCall call = attempts.call();
        boolean over = gone || call.contentSent() || call.begun() && !call.opened();
        if (over) {
            call.end();
        }
        exchange.setProperty(OVER, over);
    }

    /** An error of the gateway's own, such as no room for the answer, is the answer: no other deployment would help. */
    private static void rethrowOwn(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiError own) {
                throw own;
            }
        }
    }

    private AttemptFailed coolingDown(Attempt attempt) {
        Cooldown cooldown = gateway().breakers().of(attempt.deployment());
        OptionalLong back = OptionalLong.of(cooldown.secondsLeft());
        return cooldown.rateLimited()
                ? new AttemptFailed(429, null, null, "cooling down after too many requests", false, back)
                : new AttemptFailed(503, "server_error", "deployment_cooling_down", "cooling down after failures", false, back);
    }
}
