package io.dromedary.attempt;

import org.apache.camel.Exchange;

import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ReadRequest;
import io.dromedary.request.RequestFields;
import io.dromedary.upstream.PrepareUpstreamRequest;

/**
 * Takes the next deployment of the request's plan and makes it the exchange's attempt; leaves the property
 * {@code deployment} empty when none is left. Gives each attempt the body as it was before the first.
 */
public final class NextAttempt extends GatewayStep {

    /** The exchange property with the deployment's route name, which {@code direct:attempt} goes to. */
    public static final String DEPLOYMENT = "deployment";

    @Override
    public void process(Exchange exchange) {
        Attempts attempts = Attempts.of(exchange);
        if (attempts.call().cut() != null) {
            throw attempts.cutShort();
        }
        if (!attempts.bodyKept()) {
            attempts.bodyFor(body(exchange));
        }
        Attempt before = Attempt.of(exchange);
        Attempt attempt = attempts.advance(gateway().clocks());
        if (before != null && (attempt == null || attempt.deployment() != before.deployment())) {
            gateway().cooldownOf(before.deployment()).leaveAloneAfter(before.failure());
        }
        if (attempt == null) {
            exchange.removeProperty(DEPLOYMENT);
            return;
        }
        exchange.getMessage().setBody(attempts.bodyFor(null));
        // A header for one upstream may be its key, and the next attempt has another upstream.
        exchange.removeProperties(PrepareUpstreamRequest.HEADER + "*");
        exchange.setProperty(Attempt.PROPERTY, attempt);
        exchange.setProperty(DEPLOYMENT, attempt.deployment().routeName());
    }

    /** A step of a route author's may have left a text or a map where the bytes were. */
    private static byte[] body(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof byte[] bytes) {
            return bytes;
        }
        byte[] bytes = exchange.getMessage().getBody(byte[].class);
        return bytes != null ? bytes : exchange.getProperty(ReadRequest.FIELDS, RequestFields.class).body();
    }
}
