package io.dromedary.flow.step;

import java.io.InputStream;

import org.apache.camel.Exchange;
import org.apache.camel.Message;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.relay.AnswerRelay;
import io.dromedary.upstream.HeldBytes;
import io.dromedary.upstream.PlainAnswer;

/**
 * Last step of an attempt: writes the answer to the client, whole, event by event, or as it comes. Runs inside the
 * breaker's steps, because Camel closes the upstream's body when the breaker is left
 * (org.apache.camel.component.resilience4j.ResilienceProcessor). Leaves the first {@code gateway.answer.copy} bytes of
 * what it sent as the message body, for a route author's later steps.
 */
public final class Relay extends GatewayStep {

    @Override
    public void process(Exchange exchange) throws Exception {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        AnswerRelay relay = new AnswerRelay(ExchangeProperties.run(exchange), attempt,
                gateway().answers(), gateway().limits(), exchange.getMessage().getHeaders());
        HeldBytes held = new HeldBytes(gateway().memory());
        HeldBytes translated = new HeldBytes(gateway().memory());
        try {
            Object body = exchange.getMessage().getBody();
            if (body instanceof PlainAnswer answer) {
                relay.whole(answer, translated);
            } else if (body instanceof UpstreamFailed failure) {
                throw failure;
            } else if (!attempt.stream()) {
                Message head = exchange.getMessage();
                relay.pass(head.getBody(InputStream.class), head.getHeader(Exchange.HTTP_RESPONSE_CODE, 200, int.class),
                        head.getHeader(Exchange.CONTENT_TYPE, "", String.class));
            } else {
                relay.stream(exchange.getMessage().getBody(InputStream.class), held, translated);
            }
        } catch (Exception e) {
            attempt.failsBy(e);
            throw e;
        } finally {
            held.release();
            translated.release();
            attempt.close();
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(relay.copy());
    }
}
