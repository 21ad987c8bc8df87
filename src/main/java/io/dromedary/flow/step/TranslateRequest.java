package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.dialect.Dialect;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Translation;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.model.AffinityRules;
import io.dromedary.request.SessionId;
import io.dromedary.upstream.HeldBytes;

/**
 * Reads a request in the dialect that the property {@code dialect} names, and leaves it as a chat completion's JSON:
 * what steps after it see and change is chat, whatever the client speaks. Its answer is told in the dialect.
 */
public final class TranslateRequest extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ExchangeProperties.call(exchange);
        Dialect dialect =
                gateway().dialects().named(exchange.getProperty(ExchangeProperties.DIALECT, "", String.class));
        call.answersIn(dialect);
        byte[] body = ReceivedBody.json(exchange);
        HeldBytes held = new HeldBytes(gateway().memory());
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                held.end();
            }
        });
        Translation translation = dialect.translate(new DialectRequest(body, ClientKey.of(call.request()), call.id(),
                call.request()::getHeader, gateway().limits().requestFields(), held::more));
        // A small request may refer to large items, many times.
        long most = Math.max(gateway().limits().requestBytes(), 2L * body.length);
        if (translation.chat().length > most) {
            throw ApiError.badRequest("request_beyond_limit", null, "With all that it refers to, the request has "
                    + translation.chat().length + " bytes; it may have " + most);
        }
        if (gateway().config().affinity().any(AffinityRules.By.SESSION)) {
            // The chat has no place for it: what names a person or a machine goes nowhere.
            SessionId.in(body).ifPresent(session -> exchange.setProperty(ExchangeProperties.SESSION, session));
        }
        exchange.setProperty(ExchangeProperties.TRANSLATION, translation);
        exchange.getMessage().setBody(translation.chat());
    }
}
