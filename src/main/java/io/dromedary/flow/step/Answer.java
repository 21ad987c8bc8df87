package io.dromedary.flow.step;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.json.Json;

/**
 * Writes the message body to the client, so that a route may end in any endpoint: a map or a list becomes JSON, a text
 * or bytes go out as they are, an open stream goes out piece by piece as it comes. The status is the header
 * {@code CamelHttpResponseCode}, else 200; the type is the header {@code Content-Type}, else JSON (an event stream for
 * an open one). All other headers stay here.
 */
public final class Answer extends GatewayStep {

    private static final int BLOCK = 16 * 1024;

    @Override
    public void process(Exchange exchange) throws IOException {
        ClientCall call = ExchangeProperties.call(exchange);
        Object body = exchange.getMessage().getBody();
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, String.class);
        if (call.answer().begin()) {
            Map<String, String> headers =
                    AnswerHeaders.of(call, ExchangeProperties.run(exchange), gateway().answers());
            if (body instanceof InputStream stream) {
                stream(call, status, type, headers, stream);
            } else {
                headers.put("Content-Type", type == null ? "application/json" : type);
                call.answer().send(status, AnswerHeaders.timed(headers, call), bytes(exchange, body));
            }
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    private static byte[] bytes(Exchange exchange, Object body) {
        if (body instanceof byte[] bytes) {
            return bytes;
        }
        if (body instanceof Map || body instanceof Iterable) {
            return Json.bytes(body);
        }
        byte[] converted = body == null ? null : exchange.getMessage().getBody(byte[].class);
        return converted == null ? new byte[0] : converted;
    }

    private static void stream(ClientCall call, int status, String type, Map<String, String> headers, InputStream body)
            throws IOException {
        AnswerHeaders.addStream(headers, type == null ? ServerSentEvents.CONTENT_TYPE : type);
        call.answer().open(status, headers);
        try (body) {
            byte[] block = new byte[BLOCK];
            for (int n = body.read(block); n >= 0; n = body.read(block)) {
                call.answer().write(Arrays.copyOf(block, n));
            }
        } finally {
            call.answer().end();
        }
    }
}
