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
        RequestRun run = ExchangeProperties.run(exchange);
        if (exchange.getProperty(ExchangeProperties.HEDGE) != null || !run.race().hedged()) {
            return;
        }
        run.race().awaitSecond();
        if (run.hedgeBody() != null) {
            exchange.getMessage().setBody(run.hedgeBody());
            exchange.getMessage().removeHeaders("*");
        }
    }
}
