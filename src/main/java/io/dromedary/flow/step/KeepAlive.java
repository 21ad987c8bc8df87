package io.dromedary.flow.step;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.relay.KeepAliveComments;

/**
 * First step of an attempt: has comments sent to the client of a stream until its first content, so that no proxy in
 * between cuts a connection for its silence. Ends with its attempt. For deployments with {@code keepalive_seconds}, and
 * for clients of a dialect that take a long silence for an end.
 */
public final class KeepAlive extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Attempt attempt = ExchangeProperties.attempt(exchange);
        RequestRun run = ExchangeProperties.run(exchange);
        KeepAliveComments comments = new KeepAliveComments(run, gateway().answers(), gateway().timer(),
                gateway().keepAliveMs(run, attempt.deployment()));
        comments.start();
        attempt.atEnd(comments::stop);
    }
}
