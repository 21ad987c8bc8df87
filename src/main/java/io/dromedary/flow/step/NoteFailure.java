package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.FailureReason;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientGone;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.request.RouteStepError;

/**
 * First step after a failed attempt: notes why it failed and tells the route, by the property {@code over}, whether the
 * request ends here: because its answer has begun, nobody waits for it, or another attempt of it goes on.
 */
public final class NoteFailure extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun attempts = ExchangeProperties.attempts(exchange);
        Attempt attempt = ExchangeProperties.attempt(exchange);
        attempt.close();
        exchange.setProperty(ExchangeProperties.OVER, over(exchange, attempts, attempt));
    }

    private boolean over(Exchange exchange, RequestRun attempts, Attempt attempt) {
        ClientCall call = attempts.call();
        Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        if (call.gone() || ClientGone.isCauseOf(failure)) {
            call.answer().end();
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
            if (call.answer().contentSent() || call.answer().begun() && !call.answer().opened()) {
                call.answer().end();
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
            if (cause instanceof ApiError || cause instanceof RouteStepError) {
                return (RuntimeException) cause;
            }
        }
        return null;
    }
}
