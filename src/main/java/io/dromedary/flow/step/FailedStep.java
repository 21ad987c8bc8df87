package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.ExchangeHelper;

/**
 * Remembers where an exception was thrown, when it is: by the time that it is answered, Camel has the step that answers
 * as the last one. It names the step as it is in the file, and the route as Camel has it.
 */
public final class FailedStep implements Processor {

    private static final String PROPERTY = "failedStep";

    @Override
    public void process(Exchange exchange) {
        exchange.setProperty(PROPERTY, at(exchange));
    }

    /** Where the exchange is now: {@code route X at step Y}. */
    public static String at(Exchange exchange) {
        return "route " + ExchangeHelper.getAtRouteId(exchange) + " at step " + exchange.getExchangeExtension()
                .getHistoryNodeId();
    }

    /** Where the exception was thrown. */
    static String of(Exchange exchange) {
        String step = exchange.getProperty(PROPERTY, String.class);
        return step != null ? step : at(exchange);
    }
}
