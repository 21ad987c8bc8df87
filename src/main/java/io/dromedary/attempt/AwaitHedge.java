package io.dromedary.attempt;

import org.apache.camel.Exchange;

import io.dromedary.gateway.GatewayStep;

/**
 * Waits for the end of a second attempt, where there is one: the exchange of a request must not end before its answer has.
 * Leaves what the second attempt's relay left, if that one answered.
 */
public final class AwaitHedge extends GatewayStep {

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        Attempts attempts = Attempts.of(exchange);
        if (exchange.getProperty(Hedge.SECOND) != null || !attempts.race().hedged()) {
            return;
        }
        attempts.race().awaitSecond();
        Exchange second = attempts.second();
        if (second != null && attempts.race().winner() == Attempt.of(second)) {
            exchange.getMessage().setBody(second.getMessage().getBody());
            exchange.getMessage().removeHeaders("*");
        }
    }
}
