package io.dromedary.flow.make;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;
import org.apache.camel.support.GZIPHelper;

import io.dromedary.attempt.Attempt;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.http.UpstreamAnswer;
import io.dromedary.http.UpstreamPool;
import io.dromedary.http.UpstreamRequest;
import io.dromedary.json.JsonSlices;

/**
 * Sends the message to a deployment and makes it the head of the answer, with the body as a stream that is still
 * coming. Blocks until the head is there.
 */
final class UpstreamProducer extends DefaultProducer {

    private final UpstreamEndpoint endpoint;
    private final UpstreamPool pool;

    UpstreamProducer(UpstreamEndpoint endpoint, UpstreamPool pool) {
        super(endpoint);
        this.endpoint = endpoint;
        this.pool = pool;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        Message message = exchange.getMessage();
        UpstreamRequest request = endpoint.request(attempt, headers(message), body(message));
        try {
            accept(message, pool.call(attempt, request));
        } catch (IOException e) {
            throw attempt.causeOf(e);
        } catch (InterruptedException e) {
            // Camel takes an exchange with that very exception out of the hands of its routes.
            throw attempt.causeOf(new InterruptedIOException("interrupted"));
        }
    }

    /** A form, and whatever a route author's step has left, is no JSON. */
    private static List<ByteBuffer> body(Message message) {
        if (message.getBody() instanceof JsonSlices json) {
            return json.slices();
        }
        byte[] body = message.getBody(byte[].class);
        return body == null ? List.of() : List.of(ByteBuffer.wrap(body));
    }

    private static Map<String, String> headers(Message message) {
        Map<String, String> headers = new HashMap<>();
        message.getHeaders().forEach((name, value) -> {
            if (value != null && !isCamels(name)) {
                headers.put(name, value.toString());
            }
        });
        return headers;
    }

    private static boolean isCamels(String header) {
        return header.regionMatches(true, 0, "Camel", 0, "Camel".length());
    }

    /** Of a header that comes several times, the first is taken. */
    private static void accept(Message message, UpstreamAnswer answer) throws IOException {
        Map<String, Object> headers = message.getHeaders();
        headers.clear();
        answer.headers().forEach(header -> {
            if (!isCamels(header.getKey())) {
                headers.putIfAbsent(header.getKey(), header.getValue());
            }
        });
        headers.put(Exchange.HTTP_RESPONSE_CODE, answer.status());
        // Nobody asked for it, but there are servers that compress all the same.
        message.setBody(GZIPHelper.isGzip(answer.headers().get("Content-Encoding")) ? new GZIPInputStream(answer)
                : answer);
    }
}
