package io.dromedary.request;

import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.answer.AccessLog;
import io.dromedary.answer.AnswerError;
import io.dromedary.attempt.Clock;
import io.dromedary.attempt.ClockExpired;
import io.dromedary.gateway.GatewayStep;

/**
 * First step of every endpoint: ties the exchange to its client's connection and sees to the one line of log at its end.
 * Needs Camel's Vert.x server; other HTTP servers have no {@link HttpMessage}.
 */
public final class OpenCall extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        ClientCall call = new ClientCall(message.getRequest(), gateway().limits().writeMs());
        exchange.setProperty(ClientCall.PROPERTY, call);
        call.runTotalClock(gateway().timer(), gateway().limits().totalMs(),
                new ClockExpired(Clock.TOTAL, gateway().limits().totalMs()), () -> AnswerError.tookTooLong(call, gateway().answers()));
        gateway().openCalls().add(call);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                call.over();
                gateway().openCalls().remove(call);
                AccessLog.write(done);
            }
        });
    }
}
