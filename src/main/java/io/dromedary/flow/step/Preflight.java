package io.dromedary.flow.step;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;

/**
 * Answers a browser that asks before it sends (Fetch Standard, CORS preflight): any page may, without credentials. The
 * {@code *} for headers does not cover {@code Authorization}, which is therefore named.
 */
public final class Preflight extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ExchangeProperties.call(exchange);
        if (!gateway().answers().cors()) {
            throw ApiError.methodNotAllowed("OPTIONS", call.request().path());
        }
        Map<String, String> headers = new LinkedHashMap<>(AnswerHeaders.of(call, null, gateway().answers()));
        headers.put("Access-Control-Allow-Methods", "GET, POST, OPTIONS");
        headers.put("Access-Control-Allow-Headers", "Authorization, *");
        headers.put("Access-Control-Max-Age", "600");
        headers.put("Content-Length", "0");
        if (call.answer().begin()) {
            call.answer().send(200, headers, new byte[0]);
        }
    }
}
