package io.dromedary.endpoint;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.dromedary.answer.ApiError;
import io.dromedary.request.ClientCall;

/** Answers a path that the gateway does not have. */
public final class UnknownPath implements Processor {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ClientCall.of(exchange);
        throw ApiError.unknownPath(call.request().method().name(), call.request().path());
    }
}
