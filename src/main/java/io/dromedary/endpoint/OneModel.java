package io.dromedary.endpoint;

import org.apache.camel.Exchange;

import io.dromedary.catalogue.Deployment;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ClientCall;

/** {@code GET /v1/models/{id}}: one name; an id may hold slashes, escaped or not, which LiteLLM's path cannot match. */
public final class OneModel extends GatewayStep {

    private static final String MODELS = "/models/";

    @Override
    public void process(Exchange exchange) {
        String path = ClientCall.of(exchange).request().path();
        String name = PathText.decode(path.substring(path.indexOf(MODELS) + MODELS.length()));
        Deployment deployment = gateway().catalogue().serving(name).stream().findFirst().orElseThrow(() ->
                UnknownModel.error(name, gateway().catalogue()));
        exchange.getMessage().setBody(ModelList.model(name, deployment.provider()));
    }
}
