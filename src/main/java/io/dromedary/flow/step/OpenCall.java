package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Does nothing: the call of each route that begins with {@code platform-http} is open before its first step. Route
 * files that were written when this was the first step of such a route still name it.
 */
public final class OpenCall implements Processor {

    @Override
    public void process(Exchange exchange) {
        // See OpenCallPolicy.
    }
}
