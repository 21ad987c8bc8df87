package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;

/**
 * Waits for the end of a second attempt, where there is one: the exchange of a request must not end before its answer
 * has. Leaves what the second attempt's relay left, if that one answered.
 */
public final class AwaitHedge extends GatewayStep {

    @Override
    public void process(Exchange exchange) throws InterruptedException {
        RequestRun attempts = ExchangeProperties.attempts(exchange);
        if (exchange.getProperty(ExchangeProperties.HEDGE) != null || !attempts.race().hedged()) {
            return;
        }
        attempts.race().awaitSecond();
        if (attempts.hedgeBody() != null) {
            exchange.getMessage().setBody(attempts.hedgeBody());
            exchange.getMessage().removeHeaders("*");
        }
    }
}
