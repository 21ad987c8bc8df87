package io.dromedary.flow.step;

import java.util.Optional;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Endpoint;

/**
 * Reads model and endpoint from a path such as {@code /engines/{model}/chat/completions}. The model may hold slashes,
 * so a path parameter would not do.
 */
public final class ModelOfPath implements Processor {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ExchangeProperties.call(exchange);
        String path = call.request().path();
        String rest = path.replaceFirst("^/(engines|openai/deployments)/", "");
        Endpoint endpoint = endpoint(rest)
                .filter(found -> !rest.equals(path) && rest.length() > found.upstreamPath().length())
                .orElseThrow(() -> ApiError.unknownPath(call.request().method().name(), path));
        String model = rest.substring(0, rest.length() - endpoint.upstreamPath().length());
        exchange.setProperty(ExchangeProperties.OPERATION, endpoint.name());
        exchange.setProperty(ExchangeProperties.MODEL_OF_PATH, PathText.decode(model));
    }

    private static Optional<Endpoint> endpoint(String path) {
        for (Endpoint endpoint : Endpoint.ofModelPaths()) {
            if (path.endsWith(endpoint.upstreamPath())) {
                return Optional.of(endpoint);
            }
        }
        return Optional.empty();
    }
}
