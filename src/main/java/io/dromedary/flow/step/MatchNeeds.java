package io.dromedary.flow.step;

import java.util.Set;

import org.apache.camel.Exchange;

import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Need;
import io.dromedary.request.PromptLength;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestNeeds;
import io.dromedary.request.RequestReader;
import io.dromedary.upstream.PlanFit;

/**
 * Leaves out of the plan who cannot do what the request asks for (images, tools, audio, a JSON schema), and with
 * {@code enable_pre_call_checks} who has no room for its prompt. 400 where nobody is left. The request is read again
 * where a step before has changed it.
 */
public final class MatchNeeds extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        long smallest = gateway().config().preCallChecks() ? gateway().catalogue().smallestWindow() : 0;
        RequestFields request = run.fields();
        boolean unchanged = exchange.getMessage().getBody() == request.body();
        if (unchanged && request.needs().isEmpty() && smallest == 0) {
            return;
        }
        byte[] body = request.body();
        ObjectFields fields = request.fields();
        Set<Need> needs = request.needs();
        if (!unchanged) {
            body = StepBody.of(exchange);
            exchange.getMessage().setBody(body); // it may have been a stream
            fields = RequestReader.fieldsAfterStep(body);
            needs = run.endpoint().answer().streams() ? RequestNeeds.of(body, fields) : Set.of();
        }
        long tokens = smallest > 0 && PromptLength.mayExceed(body.length, smallest)
                ? PromptLength.leastTokens(body, fields) : 0;
        if (!needs.isEmpty() || tokens > 0) {
            new PlanFit(gateway().catalogue(), gateway().specialFallbacks(), gateway().refusals(), run, needs, tokens)
                    .narrow();
        }
    }
}
