package io.dromedary.attempt;

import org.apache.camel.Exchange;

import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ReadRequest;
import io.dromedary.request.RequestFields;

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
        Attempt before = attempts.current();
        Attempt attempt = attempts.advance(gateway().clocks());
        leaveAlone(attempts, before, attempt);
        if (attempt == null) {
            exchange.removeProperty(DEPLOYMENT);
            return;
        }
        exchange.getMessage().setBody(attempts.bodyFor(null));
        exchange.setProperty(Attempt.PROPERTY, attempt);
        exchange.setProperty(DEPLOYMENT, attempt.deployment().routeName());
    }

    /**
     * One 429 with a {@code Retry-After} is enough to leave a deployment alone for as long as that says. Not so if this very
     * request has waited for it and asks again.
     */
    private void leaveAlone(Attempts attempts, Attempt before, Attempt next) {
        if (before != null && (next == null || next.deployment() != before.deployment())) {
            AttemptFailed reason = attempts.failures().get(attempts.failures().size() - 1).reason();
            if (reason.status() == 429 && reason.counts() && reason.retryAfterSeconds().isPresent()) {
                gateway().breakers().of(before.deployment()).tooManyRequests(reason.retryAfterSeconds().getAsLong());
            }
        }
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
