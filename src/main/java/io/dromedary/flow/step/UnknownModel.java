package io.dromedary.flow.step;

import java.util.Optional;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.config.GatewayConfig;
import io.dromedary.flow.ExchangeProperties;
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
        throw error(exchange.getProperty(ExchangeProperties.MODEL, String.class), gateway().config());
    }

    static ApiError error(String model, GatewayConfig config) {
        Catalogue catalogue = config.catalogue();
        String name = model.length() > LONGEST_NAME ? model.substring(0, LONGEST_NAME) + "..." : model;
        String names = String.join(", ", catalogue.modelNames().stream().limit(MOST_NAMES).toList());
        String known = names.isEmpty() ? "" : " Available models: " + names;
        Optional<String> unserved = config.unserved().why(catalogue.resolved(model));
        if (unserved.isPresent()) {
            return ApiError.of(404, "invalid_request_error", "model_not_found", "model",
                    "The model `" + name + "` is in the configuration, but cannot be served: " + unserved.get() + "."
                    + known);
        }
        return model.isEmpty()
                ? ApiError.badRequest("missing_required_parameter", "model",
                "Name a model, there is no default." + known)
                : ApiError.of(404, "invalid_request_error", "model_not_found", "model",
                        "The model `" + name + "` does not exist or you do not have access to it." + known);
    }
}
