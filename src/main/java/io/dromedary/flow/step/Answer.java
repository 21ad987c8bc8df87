package io.dromedary.flow.step;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.json.Json;
import io.dromedary.json.ObjectFields;
import io.dromedary.relay.TranslatedEvents;

/**
 * Writes the message body to the client, so that a route may end in any endpoint: a map or a list becomes JSON, a text
 * or bytes go out as they are, an open stream goes out piece by piece as it comes. The status is the header
 * {@code CamelHttpResponseCode}, else 200; the type is the header {@code Content-Type}, else JSON (an event stream for
 * an open one). All other headers stay here. A client that speaks another dialect than chat gets a completion, or a
 * stream of one, in its dialect.
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
                stream(call, status, type, headers, stream, events(exchange));
            } else {
                if (type != null && ServerSentEvents.isType(type)) {
                    AnswerHeaders.addStream(headers, type);
                } else {
                    headers.put("Content-Type", type == null ? "application/json" : type);
                }
                call.answer().send(status, AnswerHeaders.timed(headers, call), told(exchange, bytes(exchange, body)));
            }
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(null);
    }

    /** What translates a stream; null where the client speaks chat. */
    private TranslatedEvents events(Exchange exchange) {
        Translation translation = ExchangeProperties.translation(exchange);
        return translation == null ? null : new TranslatedEvents(
                translation.stream(telling(exchange)), gateway().limits().eventBytes());
    }

    private byte[] told(Exchange exchange, byte[] body) throws IOException {
        Translation translation = ExchangeProperties.translation(exchange);
        if (translation == null) {
            return body;
        }
        if (ExchangeProperties.fields(exchange) != null && ExchangeProperties.fields(exchange).stream()) {
            TranslatedEvents events = events(exchange);
            byte[] most = events.next(body, body.length);
            byte[] last = events.end();
            byte[] all = Arrays.copyOf(most, most.length + last.length);
            System.arraycopy(last, 0, all, most.length, last.length);
            return all;
        }
        boolean completion = body.length > 0 && body[0] == '{'
                && ObjectFields.pickOfAnswer(body, "choices").find("choices").isPresent();
        return completion ? translation.answer(body, telling(exchange)) : body;
    }

    private static Telling telling(Exchange exchange) {
        return new Telling(exchange.getProperty(ExchangeProperties.MODEL, "", String.class), false, bytes -> { });
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

    private static void stream(ClientCall call, int status, String type, Map<String, String> headers, InputStream body,
            TranslatedEvents events) throws IOException {
        AnswerHeaders.addStream(headers, type == null ? ServerSentEvents.CONTENT_TYPE : type);
        call.answer().open(status, headers);
        if (type != null && !ServerSentEvents.isType(type)) {
            call.answer().sendsContent(); // no event can tell of a failure
        }
        try (body) {
            byte[] block = new byte[BLOCK];
            for (int n = body.read(block); n >= 0; n = body.read(block)) {
                byte[] piece = events == null ? Arrays.copyOf(block, n) : events.next(block, n);
                if (piece.length > 0) {
                    call.answer().sendsContent();
                    call.answer().write(piece);
                }
            }
            if (events != null) {
                call.answer().endWith(events.end());
            }
            call.answer().end();
        } catch (IOException | RuntimeException e) {
            if (call.answer().contentSent()) {
                call.answer().endUnfinished();
            }
            throw e;
        }
    }
}
