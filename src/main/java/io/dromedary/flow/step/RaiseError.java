package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Raises the error again that ended the attempt, so that the error route answers with it. */
public final class RaiseError implements Processor {

    @Override
    public void process(Exchange exchange) throws Exception {
        throw exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    }
}
