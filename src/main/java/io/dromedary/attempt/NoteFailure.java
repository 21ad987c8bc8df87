package io.dromedary.attempt;

import org.apache.camel.Exchange;

import io.dromedary.answer.ApiError;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ClientCall;
import io.dromedary.request.ClientGone;
import io.dromedary.request.StepMistake;

/**
 * First step after a failed attempt: notes why it failed and tells the route, by the property {@code over}, whether the
 * request ends here: because its answer has begun, nobody waits for it, or another attempt of it goes on.
 */
public final class NoteFailure extends GatewayStep {

    /** The exchange property: whether no other deployment is to be asked. */
    public static final String OVER = "over";

    @Override
    public void process(Exchange exchange) {
        Attempts attempts = Attempts.of(exchange);
        Attempt attempt = Attempt.of(exchange);
        attempt.close();
        exchange.setProperty(OVER, over(exchange, attempts, attempt));
    }

    private boolean over(Exchange exchange, Attempts attempts, Attempt attempt) {
        ClientCall call = attempts.call();
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (call.gone() || ClientGone.isCauseOf(failure)) {
            call.end();
            return true;
        }
        if (attempt.isOutrun()) {
            attempts.race().stepAside();
            return true;
        }
        if (failure == null) {
            // The breaker let nobody pass, or not so many: the deployment was not called.
            attempts.skipped(attempt, gateway().cooldownOf(attempt.deployment()).reason());
            return false;
        }
        RuntimeException own = ownError(failure);
        if (own == null) {
            attempts.failed(attempt, FailureReason.of(attempt.causeOf(failure)));
        }
        Attempt winner = attempts.race().winner();
        if (winner == null || winner == attempt) {
            if (call.contentSent() || call.begun() && !call.opened()) {
                call.end();
                return true;
            }
        }
        if (attempts.race().stepAside()) {
            gateway().cooldownOf(attempt.deployment()).leaveAloneAfter(attempt.failure());
            return true;
        }
        if (own != null) {
            throw own;
        }
        return false;
    }

    /** An error of the gateway's own, such as no room for the answer or a step's mistake, is the answer: no other deployment would help. */
    private static RuntimeException ownError(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ApiError || cause instanceof StepMistake) {
                return (RuntimeException) cause;
            }
        }
        return null;
    }
}
