package io.dromedary.relay;

import java.io.InputStream;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.answer.ErrorEnvelope;
import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.AttemptFailed;
import io.dromedary.attempt.Attempts;
import io.dromedary.attempt.Outrun;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ClientCall;
import io.dromedary.request.ClientGone;
import io.dromedary.upstream.PlainAnswer;

/**
 * Last step of an attempt: writes the answer to the client, a stream event by event. Runs inside the breaker's steps,
 * because Camel closes the upstream's body when the breaker is left (design.md 4.2). Leaves the first
 * {@code gateway.answer.copy} bytes of what it sent as the message body, for a route author's later steps.
 */
public final class Relay extends GatewayStep {

    private static final int BYTES_A_TOKEN = 4;

    @Override
    public void process(Exchange exchange) throws Exception {
        Attempt attempt = Attempt.of(exchange);
        AnswerCopy copy = new AnswerCopy(gateway().limits().answerCopyBytes());
        try {
            if (exchange.getMessage().getBody() instanceof PlainAnswer answer) {
                whole(exchange, attempt, answer, copy);
            } else {
                stream(exchange, attempt, copy);
            }
        } finally {
            attempt.close();
        }
        exchange.getMessage().removeHeaders("*");
        exchange.getMessage().setBody(copy.bytes());
    }

    private void send(Exchange exchange, Attempt attempt, PlainAnswer answer, AnswerCopy copy) {
        ClientCall call = attempt.call();
        if (call.gone()) {
            throw new ClientGone("the client left");
        }
        win(exchange, attempt);
        if (call.begin()) {
            attempt.answeredNow();
            attempt.used(answer.tokens().orElse(estimated(attempt, answer.body().length)));
            gateway().cooldownOf(attempt.deployment()).answered();
            Map<String, String> headers = headers(exchange, attempt);
            headers.put("Content-Type", "application/json");
            // Its place is free before its client can ask again, which may be at once.
            attempt.close();
            call.send(answer.status(), AnswerHeaders.timed(headers, call), answer.body());
            copy.add(answer.body());
        }
    }

    private Map<String, String> headers(Exchange exchange, Attempt attempt) {
        Map<String, String> headers = AnswerHeaders.of(attempt.call(), Attempts.of(exchange), gateway().answers());
        AnswerHeaders.addUpstream(headers, exchange, gateway().answers());
        return headers;
    }

    private void stream(Exchange exchange, Attempt attempt, AnswerCopy copy) throws Exception {
        ClientCall call = attempt.call();
        StreamRelay relay = new StreamRelay(Attempts.of(exchange), attempt, gateway().specialFallbacks(),
                gateway().limits().heldBytes());
        EventParser parser = new EventParser(relay, gateway().limits().eventBytes());
        InputStream in = exchange.getMessage().getBody(InputStream.class);
        if (in == null) {
            throw AttemptFailed.unreadable("the stream is empty");
        }
        StreamReading reading = new StreamReading(in, attempt, parser, relay, copy);
        while (!relay.over()) {
            hand(exchange, attempt, reading.next(), copy);
        }
        finish(exchange, attempt, relay, copy);
        attempt.used(relay.tokens().orElse(estimated(attempt, relay.bytes())));
        call.end();
        if (relay.whole()) {
            reading.drain();
        }
    }

    /** About four bytes a token, where an answer does not tell: good enough to share requests out, not to bill them. */
    private static long estimated(Attempt attempt, long answerBytes) {
        return (attempt.sent().length + answerBytes) / BYTES_A_TOKEN;
    }

    private void hand(Exchange exchange, Attempt attempt, byte[] ready, AnswerCopy copy) {
        if (ready.length == 0) {
            return;
        }
        ClientCall call = attempt.call();
        synchronized (call) {
            if (!attempt.answered()) {
                win(exchange, attempt);
                attempt.answers();
                attempt.answeredNow();
                gateway().cooldownOf(attempt.deployment()).answered();
                StreamHead.send(call, headers(exchange, attempt));
                call.sendsContent();
            }
        }
        call.write(ready);
        copy.add(ready);
    }

    /** The attempt answers, unless another one of the request has been faster. */
    private static void win(Exchange exchange, Attempt attempt) {
        if (!Attempts.of(exchange).race().win(attempt)) {
            throw new Outrun();
        }
    }

    /** A whole answer; as an event where comments have sent the head of a stream. */
    private void whole(Exchange exchange, Attempt attempt, PlainAnswer answer, AnswerCopy copy) {
        synchronized (attempt.call()) {
            if (attempt.call().opened()) {
                win(exchange, attempt);
                attempt.call().sendsContent();
                byte[] event = ErrorEnvelope.event(answer.body());
                attempt.call().write(event);
                attempt.call().end();
            } else {
                send(exchange, attempt, answer, copy);
            }
        }
    }

    /** A stream that is not whole ends with one error event and a proper end of the body, so that nobody takes it for whole. */
    private void finish(Exchange exchange, Attempt attempt, StreamRelay relay, AnswerCopy copy) {
        if (relay.whole()) {
            return;
        }
        if (relay.refusal() != null) {
            attempt.answers();
            exchange.getMessage().removeHeaders("*");
            whole(exchange, attempt, relay.refusal(), copy);
            return;
        }
        AttemptFailed failure = relay.failure();
        if (relay.content()) {
            byte[] event = ErrorEvent.of(failure);
            attempt.call().write(event);
            attempt.call().end();
        }
        throw failure;
    }
}
