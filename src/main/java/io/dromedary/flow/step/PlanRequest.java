package io.dromedary.flow.step;

import java.util.List;
import java.util.Optional;

import org.apache.camel.Exchange;

import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Endpoint;
import io.dromedary.model.Plan;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestSteering;

/**
 * Looks up the plan for the model in the property {@code model}: which deployments are asked, in which order. Leaves
 * {@code served}, which is {@code false} where no deployment serves the model: the model router decides what becomes of
 * it then.
 */
public final class PlanRequest extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestFields fields = ExchangeProperties.fields(exchange);
        Endpoint endpoint = ExchangeProperties.endpoint(exchange);
        String model = exchange.getProperty(ExchangeProperties.MODEL, "", String.class);
        // No name at all is nobody's, though the pattern * would match it.
        ExchangeProperties.call(exchange).asksFor(model.isEmpty() ? null : model);
        Optional<Plan> plan = model.isEmpty() ? Optional.empty() : gateway().catalogue()
                .plan(model, standIns(model, endpoint, fields.steering()), gateway().strategy());
        exchange.setProperty(ExchangeProperties.SERVED, String.valueOf(plan.isPresent()));
        if (plan.isPresent()) {
            RequestRun run =
                    new RequestRun(ExchangeProperties.call(exchange), endpoint, fields,
                    ExchangeProperties.translation(exchange), plan.get(), gateway().retry(), gateway().events());
            String only = exchange.getProperty(ExchangeProperties.ONLY_WITH, String.class);
            if (only != null) {
                run.only(only);
            }
            if (!gateway().config().affinity().isEmpty()) {
                RequestAffinity.apply(exchange, run, gateway());
            }
            gateway().events().planned(run);
            exchange.setProperty(ExchangeProperties.ATTEMPTS, run);
            // The run has them, and a breaker copies every property forth and back.
            exchange.removeProperty(ExchangeProperties.FIELDS);
        }
    }

    private List<Plan.StandIn> standIns(String model, Endpoint endpoint, RequestSteering asked) {
        if (asked.disableFallbacks()) {
            return List.of();
        }
        if (asked.fallbacks().isEmpty() && endpoint.place().underRoot()) {
            return List.of(); // another model's tokens, or another server's properties, are a wrong answer
        }
        if (asked.fallbacks().isEmpty()) {
            List<String> configured = gateway().catalogue().fallbacksOf(model);
            return configured.isEmpty() ? List.of() : configured.stream().map(Plan.StandIn::of).toList();
        }
        List<Plan.StandIn> named = asked.fallbacks().get();
        for (Plan.StandIn standIn : named) {
            if (gateway().catalogue().serving(standIn.model()).isEmpty()) {
                throw ApiError.badRequest("model_not_found", "fallbacks",
                        "The fallback '" + standIn.model() + "' is not a model of this gateway");
            }
        }
        return named.stream().limit(gateway().catalogue().mostFallbacks()).toList();
    }
}
