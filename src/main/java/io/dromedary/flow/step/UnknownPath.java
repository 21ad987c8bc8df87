package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.dromedary.client.ApiError;
import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;

/** Answers a path that the gateway does not have. */
public final class UnknownPath implements Processor {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ExchangeProperties.call(exchange);
        throw ApiError.unknownPath(call.request().method().name(), call.request().path());
    }
}
