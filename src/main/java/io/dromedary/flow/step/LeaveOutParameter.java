package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.ParameterChange;
import io.dromedary.flow.ExchangeProperties;

/**
 * Leaves the parameter that the upstream has just refused out of this attempt, and tells the client of it
 * ({@code drop_params}); or renames it, where the upstream has said how. The
 * request is then to be prepared and sent once more.
 */
public final class LeaveOutParameter extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        attempt.leaveOut();
        attempt.leftOut().stream().filter(ParameterChange::drops).map(ParameterChange::name)
                .forEach(ExchangeProperties.run(exchange)::dropped);
    }
}
