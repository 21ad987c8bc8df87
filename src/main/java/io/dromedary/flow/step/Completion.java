package io.dromedary.flow.step;

import java.io.ByteArrayOutputStream;

import org.apache.camel.Exchange;

import io.dromedary.client.ApiError;
import io.dromedary.client.CompletionJson;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.json.Json;
import io.dromedary.model.Endpoint;
import io.dromedary.request.RequestFields;

/**
 * Makes the text in the message body the answer of a model, in the form that the client asked for: a chat completion or
 * a text completion of OpenAI's API, as a stream of two events where it wants one. The step {@code answer} writes it.
 * Tokens are not counted: {@code usage} tells zero.
 */
public final class Completion extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Endpoint endpoint = ExchangeProperties.endpoint(exchange);
        if (!endpoint.answer().streams()) {
            throw ApiError.badRequest(null, "model", "This model answers with text, and cannot answer a request for "
                    + endpoint.name());
        }
        String body = exchange.getMessage().getBody(String.class);
        String text = body == null ? "" : body;
        RequestFields fields = ExchangeProperties.fields(exchange);
        CompletionJson answered =
                new CompletionJson(endpoint.answer() == Endpoint.Answer.CHAT, ExchangeProperties.call(exchange).id(),
                exchange.getProperty(ExchangeProperties.MODEL, "", String.class));
        if (fields != null && fields.stream()) {
            ByteArrayOutputStream events = new ByteArrayOutputStream();
            ServerSentEvents.append(events, "", Json.bytes(answered.chunk(text, null)));
            ServerSentEvents.append(events, "", Json.bytes(answered.chunk("", "stop")));
            ServerSentEvents.append(events, "", ServerSentEvents.DONE);
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, ServerSentEvents.CONTENT_TYPE);
            exchange.getMessage().setBody(events.toByteArray());
        } else {
            exchange.getMessage().setBody(answered.whole(text, 0, 0));
        }
    }
}
