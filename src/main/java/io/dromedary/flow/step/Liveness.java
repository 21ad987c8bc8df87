package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** {@code GET /health/liveliness}: LiteLLM's words, a JSON string, as long as the process answers at all. */
public final class Liveness implements Processor {

    @Override
    public void process(Exchange exchange) {
        exchange.getMessage().setBody("\"I'm alive!\"");
    }
}
