package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.flow.ExchangeProperties;

/** Passes over a deployment whose breaker is open: it is not asked, and the reason is noted. */
public final class PassOver extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        attempt.close();
        ExchangeProperties.run(exchange).failed(attempt, gateway().cooldownOf(attempt.deployment()).reason());
    }
}
