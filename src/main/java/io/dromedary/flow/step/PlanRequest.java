package io.dromedary.flow.step;

import java.util.List;
import java.util.Optional;

import org.apache.camel.Exchange;

import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ApiError;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.NamePattern;
import io.dromedary.model.Operation;
import io.dromedary.model.Plan;
import io.dromedary.request.RequestFields;
import io.dromedary.request.RequestSteering;

/**
 * Settles which model is asked for, by the path, the body or the default, and looks up the plan for it. A model that nobody
 * serves leaves no {@link RequestRun} behind: the model router decides what becomes of it.
 */
public final class PlanRequest extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestFields fields = ExchangeProperties.fields(exchange);
        Operation operation = Operation.of(exchange.getProperty(ExchangeProperties.OPERATION, String.class));
        String model = Optional.ofNullable(exchange.getProperty(ExchangeProperties.MODEL_OF_PATH, String.class))
                .or(fields::model)
                .or(() -> defaultModel(operation))
                .orElse("");
        exchange.setProperty(ExchangeProperties.MODEL, model);
        gateway().retry().budget().request();
        Optional<Plan> plan = gateway().catalogue().plan(model, standIns(model, fields.steering()), gateway().strategy());
        if (plan.isPresent()) {
            exchange.setProperty(ExchangeProperties.ATTEMPTS,
                    new RequestRun(ExchangeProperties.call(exchange), operation, fields, plan.get(), gateway().retry()));
        }
    }

    private List<Plan.StandIn> standIns(String model, RequestSteering asked) {
        if (asked.disableFallbacks()) {
            return List.of();
        }
        if (asked.fallbacks().isEmpty()) {
            return gateway().catalogue().fallbacksOf(model).stream().map(Plan.StandIn::of).toList();
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

    private Optional<String> defaultModel(Operation operation) {
        boolean embedding = operation == Operation.EMBEDDING;
        Optional<String> configured = embedding ? gateway().config().embeddingModel() : gateway().config().completionModel();
        return configured.or(() -> firstOf(gateway().catalogue(), embedding));
    }

    private static Optional<String> firstOf(Catalogue catalogue, boolean embedding) {
        return catalogue.deployments().stream()
                .filter(deployment -> deployment.embeddingOnly() == embedding)
                .map(Deployment::group).filter(name -> !NamePattern.isPattern(name)).findFirst();
    }
}
