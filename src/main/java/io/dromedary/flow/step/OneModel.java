package io.dromedary.flow.step;

import java.util.List;

import org.apache.camel.Exchange;

import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.Deployment;

/** {@code GET /v1/models/{id}}: one name; an id may hold slashes, escaped or not, which LiteLLM's path cannot match. */
public final class OneModel extends GatewayStep {

    private static final String MODELS = "/models/";

    @Override
    public void process(Exchange exchange) {
        String path = ExchangeProperties.call(exchange).request().path();
        String name = PathText.decode(path.substring(path.indexOf(MODELS) + MODELS.length()));
        List<Deployment> serving = gateway().catalogue().serving(name);
        if (serving.isEmpty()) {
            throw UnknownModel.error(name, gateway().config());
        }
        exchange.getMessage().setBody(ModelList.model(name, serving.get(0).provider(), serving));
    }
}
