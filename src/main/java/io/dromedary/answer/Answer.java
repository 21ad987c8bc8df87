package io.dromedary.answer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempts;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.json.Json;
import io.dromedary.request.ClientCall;

/**
 * Writes the message body to the client, so that a route may end in any endpoint: a map or a list becomes JSON, a text or
 * bytes go out as they are, an open stream goes out piece by piece as it comes. The status is the header
 * {@code CamelHttpResponseCode}, else 200; the type is the header {@code Content-Type}, else JSON (an event stream for an
 * open one). All other headers stay here.
 */
public final class Answer extends GatewayStep {

    private static final int BLOCK = 16 * 1024;

    @Override
    public void process(Exchange exchange) throws IOException {
        ClientCall call = ClientCall.of(exchange);
        Object body = exchange.getMessage().getBody();
        int status = exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 200, Integer.class);
        String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, String.class);
        if (call.begin()) {
            Map<String, String> headers = AnswerHeaders.of(call, Attempts.of(exchange), gateway().answers());
            if (body instanceof InputStream stream) {
                stream(call, status, type, headers, stream);
            } else {
                headers.put("Content-Type", type == null ? "application/json" : type);
                call.send(status, AnswerHeaders.timed(headers, call), bytes(exchange, body));
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
        headers.put("Content-Type", type == null ? "text/event-stream; charset=utf-8" : type);
        headers.put("Cache-Control", "no-cache");
        headers.put("X-Accel-Buffering", "no");
        call.open(status, headers);
        try (body) {
            byte[] block = new byte[BLOCK];
            for (int n = body.read(block); n >= 0; n = body.read(block)) {
                call.write(Arrays.copyOf(block, n));
            }
        } finally {
            call.end();
        }
    }
}
