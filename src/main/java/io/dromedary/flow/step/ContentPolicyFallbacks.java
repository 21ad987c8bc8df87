package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;

/**
 * Makes the groups that the client or the configuration names for a prompt that the provider refuses
 * ({@code content_policy_fallbacks}) the next ones of the plan. Without any, the failure is the client's answer.
 */
public final class ContentPolicyFallbacks extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        Attempt attempt = ExchangeProperties.attempt(exchange);
        if (!gateway().specialFallbacks().forContentPolicy(run, attempt)) {
            AnswerMistake.answer(run, attempt);
        }
    }
}
