package io.dromedary.flow.step;

import java.util.Optional;
import java.util.function.Predicate;

import org.apache.camel.Exchange;

import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.model.NamePattern;

/**
 * Settles which model is asked for, by the path, the body or the default, and leaves its name in the property
 * {@code model}. The default of what only some models do, such as images, is the first whose {@code model_info.mode} is
 * the endpoint's name. What a route sets there before the plan is made counts as what was asked for.
 */
public final class ChooseModel extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Endpoint endpoint = ExchangeProperties.endpoint(exchange);
        exchange.setProperty(ExchangeProperties.MODEL,
                Optional.ofNullable(exchange.getProperty(ExchangeProperties.MODEL_OF_PATH, String.class))
                        .or(ExchangeProperties.fields(exchange)::model)
                        .or(() -> defaultModel(endpoint))
                        .orElse(""));
    }

    private Optional<String> defaultModel(Endpoint endpoint) {
        if (!endpoint.answer().hasDefaultModel()) {
            return firstOf(gateway().catalogue(),
                    deployment -> endpoint.name().equals(deployment.info().get("mode")));
        }
        boolean embedding = endpoint.answer() == Endpoint.Answer.EMBEDDING;
        Optional<String> configured = embedding ? gateway().config().embeddingModel() : gateway().config()
                .completionModel();
        return configured.or(() -> firstOf(gateway().catalogue(),
                embedding ? Deployment::embeddingOnly : Deployment::chats));
    }

    private static Optional<String> firstOf(Catalogue catalogue, Predicate<Deployment> fit) {
        return catalogue.deployments().stream().filter(fit)
                .map(Deployment::group).filter(name -> !NamePattern.isPattern(name)).findFirst();
    }
}
