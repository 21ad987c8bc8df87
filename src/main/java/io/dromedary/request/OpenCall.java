package io.dromedary.request;

import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.answer.AccessLog;
import io.dromedary.answer.AnswerError;
import io.dromedary.answer.FailedStep;
import io.dromedary.attempt.Clock;
import io.dromedary.attempt.ClockExpired;
import io.dromedary.gateway.GatewayStep;

/**
 * First step of every endpoint: ties the exchange to its client's connection and sees to the one line of log at its end.
 * Needs Camel's Vert.x server; other HTTP servers have no {@link HttpMessage}.
 */
public final class OpenCall extends GatewayStep {

    private static final Logger LOG = LoggerFactory.getLogger(OpenCall.class);

    @Override
    public void process(Exchange exchange) {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        ClientCall call = new ClientCall(message.getRequest(), gateway().limits().writeMs());
        exchange.setProperty(ClientCall.PROPERTY, call);
        call.runTotalClock(gateway().timer(), gateway().limits().totalMs(),
                new ClockExpired(Clock.TOTAL, gateway().limits().totalMs()), () -> overdue(exchange, call));
        gateway().openCalls().add(call);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                call.over();
                gateway().openCalls().remove(call);
                gateway().overdue().ends(call);
                AccessLog.write(done);
            }
        });
    }

    /** A step has not ended though the request has been cut short: the client is answered, and the step named. */
    private void overdue(Exchange exchange, ClientCall call) {
        AnswerError.tookTooLong(call, gateway().answers());
        gateway().overdue().begins(call);
        if (gateway().openCalls().contains(call)) {
            LOG.error("{} is still in {} though it was to take {} ms at most; it keeps its place until that step ends", call.id(),
                    FailedStep.at(exchange), call.totalMs());
        } else {
            gateway().overdue().ends(call);
        }
    }
}
