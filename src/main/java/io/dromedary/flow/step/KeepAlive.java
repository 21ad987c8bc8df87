package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.relay.KeepAliveComments;

/**
 * First step of an attempt: has comments sent to the client of a stream until its first content, so that no proxy in
 * between cuts a connection for its silence. Ends with its attempt. For deployments with {@code keepalive_seconds}.
 */
public final class KeepAlive extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        KeepAliveComments comments =
                new KeepAliveComments(ExchangeProperties.run(exchange), gateway().answers(), gateway().timer(),
                attempt.deployment().keepAliveMs().orElseThrow());
        comments.start();
        attempt.atEnd(comments::stop);
    }
}
