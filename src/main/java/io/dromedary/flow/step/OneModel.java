package io.dromedary.flow.step;

import java.util.List;

import org.apache.camel.Exchange;

import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.KeyScope;
import io.dromedary.model.Deployment;

/** {@code GET /v1/models/{id}}: one name; an id may hold slashes, escaped or not, which LiteLLM's path cannot match. */
public final class OneModel extends GatewayStep {

    private static final String MODELS = "/models/";

    @Override
    public void process(Exchange exchange) {
        String path = ExchangeProperties.call(exchange).request().path();
        String name = PathText.decode(path.substring(path.indexOf(MODELS) + MODELS.length()));
        KeyScope scope = ClientKey.scopeOf(ExchangeProperties.call(exchange).request());
        List<Deployment> serving = gateway().catalogue().serving(scope.meant(name));
        boolean allowed = scope.aliases().containsKey(name) || scope.allows(name, gateway().catalogue());
        if (serving.isEmpty() || !allowed) {
            throw UnknownModel.error(name, gateway().config(), scope);
        }
        exchange.getMessage().setBody(ModelList.model(name, serving.get(0).provider(), serving));
    }
}
