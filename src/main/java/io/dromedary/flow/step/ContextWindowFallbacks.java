package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;

/**
 * Makes the groups that the client or the configuration names for a prompt that does not fit into the model's context
 * ({@code context_window_fallbacks}) the next ones of the plan. Without any, the failure is the client's answer.
 */
public final class ContextWindowFallbacks extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        Attempt attempt = ExchangeProperties.attempt(exchange);
        if (!gateway().specialFallbacks().forContextWindow(run, attempt)) {
            AnswerMistake.answer(run, attempt);
        }
    }
}
