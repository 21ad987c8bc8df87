package io.dromedary.flow.step;

import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientKey;
import io.dromedary.client.KeyCheck;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.key.VirtualKey;
import io.dromedary.server.RequestPath;

/**
 * Refuses a request without a key, and leaves whose key it is in the properties {@code key.alias} and
 * {@code key.metadata[NAME]}. The packaged app's server has looked at the head already, before a byte of the body was
 * read; where Camel's own server runs the routes, it is looked at here.
 *
 * @see io.dromedary.client.KeyCheck
 */
public final class Authenticate extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        HttpServerRequest request = ExchangeProperties.call(exchange).request();
        VirtualKey key = ClientKey.keyOf(request);
        if (key == null) {
            KeyCheck.Result shown = gateway().keys().check(request::getHeader);
            key = shown.key();
            if (key == null) {
                throw shown.refused();
            }
            if (!key.isMaster() && !key.scope().allowsPath(RequestPath.of(request))) {
                throw ApiError.notOfKey(key.alias());
            }
            ClientKey.shown(request, key);
        }
        exchange.setProperty(ExchangeProperties.KEY_ALIAS, key.alias());
        key.metadata().forEach((name, value) ->
                exchange.setProperty(ExchangeProperties.KEY_METADATA + '[' + name + ']', value));
    }
}
