package io.dromedary.flow.step;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientKey;
import io.dromedary.dialect.responses.StoredResponses;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.upstream.HeldBytes;

/**
 * {@code GET} and {@code DELETE /v1/responses/{id}}, and {@code GET /v1/responses/{id}/input_items}: the responses that
 * the gateway keeps in memory.
 */
public final class StoredResponse extends GatewayStep {

    private static final String RESPONSES = "/responses/";
    private static final String ITEMS = "/input_items";

    @Override
    public void process(Exchange exchange) {
        HttpServerRequest request = ExchangeProperties.call(exchange).request();
        StoredResponses stored = gateway().storedResponses();
        String rest = request.path().substring(request.path().indexOf(RESPONSES) + RESPONSES.length());
        boolean items = rest.endsWith(ITEMS);
        String id = PathText.decode(items ? rest.substring(0, rest.length() - ITEMS.length()) : rest);
        if ("true".equals(request.getParam("stream"))) {
            throw ApiError.badRequest("unsupported_value", "stream",
                    "The events of a response are not kept: leave stream out to read it whole");
        }
        if (request.method() == HttpMethod.DELETE && !items) {
            exchange.getMessage().setBody(stored.delete(ClientKey.of(request), id));
        } else if (request.method() == HttpMethod.DELETE) {
            throw ApiError.methodNotAllowed("DELETE", request.path());
        } else {
            exchange.getMessage().setBody(items ? inputItems(exchange, stored, id, request)
                    : stored.response(ClientKey.of(request), id));
        }
    }

    private byte[] inputItems(Exchange exchange, StoredResponses stored, String id, HttpServerRequest request) {
        HeldBytes held = new HeldBytes(gateway().memory());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                held.release();
            }
        });
        return stored.inputItems(ClientKey.of(request), id, request::getParam, held::more);
    }
}
