package io.dromedary.request;

import java.util.List;
import java.util.Optional;

import org.apache.camel.Exchange;

import io.dromedary.answer.ApiError;
import io.dromedary.attempt.Attempts;
import io.dromedary.catalogue.Catalogue;
import io.dromedary.catalogue.Deployment;
import io.dromedary.catalogue.NamePattern;
import io.dromedary.catalogue.Operation;
import io.dromedary.catalogue.Plan;
import io.dromedary.gateway.GatewayStep;

/**
 * Settles which model is asked for, by the path, the body or the default, and looks up the plan for it. A model that nobody
 * serves leaves no {@link Attempts} behind: the model router decides what becomes of it.
 */
public final class PlanRequest extends GatewayStep {

    /** The exchange property with the model's name, which the model router chooses by. */
    public static final String MODEL = "model";
    /** The exchange property with a model named by the path; it wins over the body's. */
    public static final String MODEL_OF_PATH = "modelOfPath";

    @Override
    public void process(Exchange exchange) {
        RequestFields fields = exchange.getProperty(ReadRequest.FIELDS, RequestFields.class);
        Operation operation = Operation.of(exchange.getProperty(ReadRequest.OPERATION, String.class));
        String model = Optional.ofNullable(exchange.getProperty(MODEL_OF_PATH, String.class))
                .or(fields::model)
                .or(() -> defaultModel(operation))
                .orElse("");
        exchange.setProperty(MODEL, model);
        gateway().retry().budget().request();
        Optional<Plan> plan = gateway().catalogue().plan(model, standIns(model, fields.steering()), gateway().strategy());
        if (plan.isPresent()) {
            exchange.setProperty(Attempts.PROPERTY,
                    new Attempts(ClientCall.of(exchange), operation, fields, plan.get(), gateway().retry()));
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
