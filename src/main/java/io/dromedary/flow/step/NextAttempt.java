package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;

/**
 * Takes the next deployment of the request's plan and makes it the exchange's attempt; leaves the property
 * {@code deployment} empty when none is left. Passes over those whose breaker is open. Gives each attempt the body as it was before
 * the first.
 */
public final class NextAttempt extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun attempts = ExchangeProperties.attempts(exchange);
        if (!attempts.bodyKept()) {
            attempts.bodyFor(StepBody.of(exchange));
        }
        Attempt attempt = next(exchange, attempts);
        while (attempt != null && gateway().cooldownOf(attempt.deployment()).open()) {
            // Its breaker would refuse it too, but on a way of as many steps as a call has.
            attempt.close();
            attempts.skipped(attempt, gateway().cooldownOf(attempt.deployment()).reason());
            attempt = next(exchange, attempts);
        }
        if (attempt == null) {
            exchange.removeProperty(ExchangeProperties.DEPLOYMENT);
            return;
        }
        // What the client asked to be sent to this fallback in place of its own, before steps of a route author's see it.
        exchange.getMessage().setBody(StepBody.with(attempt.hop().stage().overrides(), attempts.bodyFor(null)));
        // A header for one upstream may be its key, and the next attempt has another upstream.
        // Not by a pattern: Camel would compile it once for each property, a tenth of a whole request.
        exchange.getProperties().keySet().removeIf(name -> name.startsWith(ExchangeProperties.UPSTREAM_HEADER));
        exchange.setProperty(ExchangeProperties.DEPLOYMENT, attempt.deployment().routeName());
    }

    /** The next, which is the exchange's from now on even where it is passed over; null, and the exchange keeps its last, if none is left. */
    private Attempt next(Exchange exchange, RequestRun attempts) {
        if (attempts.call().cut() != null) {
            throw attempts.cutShort();
        }
        Attempt before = ExchangeProperties.attempt(exchange);
        Attempt attempt = attempts.advance(gateway().clocks(), deployment -> gateway().cooldownOf(deployment).leftAloneMs());
        if (before != null && (attempt == null || attempt.deployment() != before.deployment())) {
            gateway().cooldownOf(before.deployment()).leaveAloneAfter(before.failure());
        }
        if (attempt != null) {
            exchange.setProperty(ExchangeProperties.ATTEMPT, attempt);
        }
        return attempt;
    }
}
