package io.dromedary.flow.step;

import java.util.Optional;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientKey;
import io.dromedary.config.GatewayConfig;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.KeyScope;
import io.dromedary.model.Catalogue;

/**
 * Answers a request for a model that nobody serves, as OpenAI does, and lists what there is; for one that the
 * configuration has and the gateway cannot serve, with the reason. LiteLLM says 400.
 */
public final class UnknownModel extends GatewayStep {

    private static final int LONGEST_NAME = 200;
    private static final int MOST_NAMES = 50;

    @Override
    public void process(Exchange exchange) {
        throw error(exchange.getProperty(ExchangeProperties.MODEL, String.class), gateway().config(),
                ClientKey.scopeOf(ExchangeProperties.call(exchange).request()));
    }

    /** The answer for {@code model}; {@code scope} is what its key may ask for, of which alone it is told. */
    static ApiError error(String model, GatewayConfig config, KeyScope scope) {
        Catalogue catalogue = config.catalogue();
        String name = model.length() > LONGEST_NAME ? model.substring(0, LONGEST_NAME) + "..." : model;
        String names = String.join(", ", catalogue.modelNames().stream()
                .filter(known -> scope.allows(known, catalogue)).limit(MOST_NAMES).toList());
        String others = names.isEmpty() ? "" : " Available models: " + names;
        Optional<String> unserved = scope.models() == null || scope.models().contains(model)
                ? config.unserved().why(catalogue.resolved(model)) : Optional.empty();
        if (unserved.isPresent()) {
            return ApiError.of(404, "invalid_request_error", "model_not_found", "model",
                    "The model `" + name + "` is in the configuration, but cannot be served: " + unserved.get() + "."
                    + others);
        }
        return model.isEmpty()
                ? ApiError.badRequest("missing_required_parameter", "model",
                "Name a model, there is no default." + others)
                : ApiError.of(404, "invalid_request_error", "model_not_found", "model",
                        "The model `" + name + "` does not exist or you do not have access to it." + others);
    }
}
