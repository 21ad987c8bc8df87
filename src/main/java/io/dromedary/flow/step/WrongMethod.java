package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;

/** Answers a method that the path does not take. */
public final class WrongMethod implements Processor {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ExchangeProperties.call(exchange);
        throw ApiError.methodNotAllowed(call.request().method().name(), call.request().path());
    }
}
