package io.dromedary.flow.step;

import java.util.OptionalLong;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.relay.KeepAliveComments;

/**
 * First step of an attempt: has comments sent to the client of a stream until its first content, so that no proxy in between
 * cuts a connection for its silence. Off unless a deployment has {@code keepalive_seconds}. Ends with its attempt.
 */
public final class KeepAlive extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        OptionalLong everyMs = attempt.deployment().keepAliveMs();
        if (!attempt.stream() || everyMs.isEmpty() || everyMs.getAsLong() <= 0) {
            return;
        }
        KeepAliveComments comments = new KeepAliveComments(ExchangeProperties.attempts(exchange), gateway().answers(), gateway().timer(),
                everyMs.getAsLong());
        comments.start();
        attempt.atEnd(comments::stop);
    }
}
