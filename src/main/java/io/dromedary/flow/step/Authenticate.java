package io.dromedary.flow.step;

import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;

import io.dromedary.client.ClientKey;
import io.dromedary.flow.ExchangeProperties;

/**
 * Refuses a request without the master key. The packaged app's server has made the same check on the head, before a
 * byte of the body was read; here it holds also where Camel's own server runs the routes.
 *
 * @see io.dromedary.client.KeyCheck
 */
public final class Authenticate extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        HttpServerRequest request = ExchangeProperties.call(exchange).request();
        gateway().keys().refuse(request::getHeader).ifPresent(error -> {
            throw error;
        });
        ClientKey.shown(request, ClientKey.MASTER);
    }
}
