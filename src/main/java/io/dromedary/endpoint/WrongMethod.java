package io.dromedary.endpoint;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

import io.dromedary.answer.ApiError;
import io.dromedary.request.ClientCall;

/** Answers a method that the path does not take. */
public final class WrongMethod implements Processor {

    @Override
    public void process(Exchange exchange) {
        ClientCall call = ClientCall.of(exchange);
        throw ApiError.methodNotAllowed(call.request().method().name(), call.request().path());
    }
}
