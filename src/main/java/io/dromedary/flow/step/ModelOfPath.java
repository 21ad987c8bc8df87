package io.dromedary.flow.step;

import java.util.Optional;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Operation;

/**
 * Reads model and operation from a path such as {@code /engines/{model}/chat/completions}. The model may hold slashes,
 * so a path parameter would not do.
 */
public final class ModelOfPath implements Processor {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ExchangeProperties.call(exchange);
        String path = call.request().path();
        String rest = path.replaceFirst("^/(engines|openai/deployments)/", "");
        Operation operation = operation(rest)
                .filter(found -> !rest.equals(path) && rest.length() > found.path().length())
                .orElseThrow(() -> ApiError.unknownPath(call.request().method().name(), path));
        String model = rest.substring(0, rest.length() - operation.path().length());
        exchange.setProperty(ExchangeProperties.OPERATION, operation.label());
        exchange.setProperty(ExchangeProperties.MODEL_OF_PATH, PathText.decode(model));
    }

    /** The longest path that fits: {@code /chat/completions} ends in {@code /completions} too. */
    private static Optional<Operation> operation(String path) {
        for (Operation operation : Operation.values()) {
            if (path.endsWith(operation.path())) {
                return Optional.of(operation);
            }
        }
        return Optional.empty();
    }
}
