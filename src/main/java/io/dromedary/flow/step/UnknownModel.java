package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Catalogue;

/** Answers a request for a model that nobody serves, as OpenAI does, and lists what there is. LiteLLM says 400. */
public final class UnknownModel extends GatewayStep {

    private static final int LONGEST_NAME = 200;
    private static final int MOST_NAMES = 50;

    @Override
    public void process(Exchange exchange) {
        throw error(exchange.getProperty(ExchangeProperties.MODEL, String.class), gateway().catalogue());
    }

    static ApiError error(String model, Catalogue catalogue) {
        String name = model.length() > LONGEST_NAME ? model.substring(0, LONGEST_NAME) + "..." : model;
        String names = String.join(", ", catalogue.modelNames().stream().limit(MOST_NAMES).toList());
        String known = names.isEmpty() ? "" : " Available models: " + names;
        return model.isEmpty()
                ? ApiError.badRequest("missing_required_parameter", "model",
                "Name a model, there is no default." + known)
                : ApiError.of(404, "invalid_request_error", "model_not_found", "model",
                        "The model `" + name + "` does not exist or you do not have access to it." + known);
    }
}
