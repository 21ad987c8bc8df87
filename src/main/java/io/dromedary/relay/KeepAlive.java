package io.dromedary.relay;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalLong;

import org.apache.camel.Exchange;

import io.dromedary.answer.AnswerHeaders;
import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.Attempts;
import io.dromedary.attempt.ClockTimer;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.ClientCall;

/**
 * First step of an attempt: has comments sent to the client of a stream until its first content, so that no proxy in between
 * cuts a connection for its silence. The first one sends the head of the answer, without what the upstream's head says, so
 * that a failure after it can only be told as an event; another deployment can still take over. Off unless a deployment has
 * {@code keepalive_seconds}. Ends with its attempt.
 */
public final class KeepAlive extends GatewayStep {

    private static final byte[] COMMENT = ": keep-alive\n\n".getBytes(StandardCharsets.US_ASCII);

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = Attempt.of(exchange);
        OptionalLong everyMs = attempt.deployment().keepAliveMs();
        if (!attempt.stream() || everyMs.isEmpty() || everyMs.getAsLong() <= 0) {
            return;
        }
        Ticking ticking = new Ticking(attempt.call(), Attempts.of(exchange), everyMs.getAsLong());
        ticking.next();
        attempt.atEnd(ticking::end);
    }

    /** The comments of one attempt. */
    private final class Ticking {

        private final ClientCall call;
        private final Attempts attempts;
        private final long everyMs;
        private ClockTimer.Task next;
        private boolean ended;

        Ticking(ClientCall call, Attempts attempts, long everyMs) {
            this.call = call;
            this.attempts = attempts;
            this.everyMs = everyMs;
        }

        void next() {
            synchronized (call) {
                if (!ended) {
                    next = gateway().timer().after(everyMs, this::comment);
                }
            }
        }

        private void comment() {
            synchronized (call) {
                if (!ended && !call.contentSent() && !call.gone()) {
                    Map<String, String> headers = AnswerHeaders.of(call, attempts, gateway().answers());
                    StreamHead.send(call, headers);
                    call.write(COMMENT);
                    next();
                }
            }
        }

        /** When this returns, no comment is on its way: what follows finds the head either sent or not, never in between. */
        void end() {
            synchronized (call) {
                ended = true;
                next.cancel();
            }
        }
    }
}
