package io.dromedary.flow.step;

import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.client.Arrival;
import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.log.GatewayLog;
import io.dromedary.time.Clock;
import io.dromedary.time.ClockExpired;

/**
 * Ties the exchange to its client's connection and sees to what is due at its end. Does nothing where that is done
 * already: a route policy has it done before the first step of each HTTP route, and route files that were written
 * before there was that policy still name this step. Needs Camel's Vert.x server; other HTTP servers have no
 * {@link HttpMessage}.
 */
public final class OpenCall extends GatewayStep {

    private static final GatewayLog LOG = GatewayLog.of(OpenCall.class);

    /** @throws IllegalStateException if the exchange did not come from Camel's Vert.x server */
    @Override
    public void process(Exchange exchange) {
        if (ExchangeProperties.call(exchange) != null) {
            return;
        }
        if (!(exchange.getMessage() instanceof HttpMessage message)) {
            throw new IllegalStateException("The exchange has no client: its route does not begin with platform-http");
        }
        ClientCall call = new ClientCall(message.getRequest(), Arrival.of(message.getRequest()),
                gateway().limits().writeMs());
        call.answersIn(gateway().dialects().formOf(call.request().path(), call.request()::getHeader));
        exchange.setProperty(ExchangeProperties.CALL, call);
        call.runTotalClock(gateway().timer(), gateway().limits().totalMs(),
                new ClockExpired(Clock.TOTAL, gateway().limits().totalMs()), () -> overdue(exchange, call));
        gateway().openCalls().add(call);
        gateway().events().requestBegan(call);
        call.answer().beforeItsEnd(() -> gateway().events().answerEnds(call, ExchangeProperties.run(exchange)));
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                call.over();
                gateway().openCalls().remove(call);
                gateway().overdue().ends(call);
                gateway().events().requestEnded(call, ExchangeProperties.run(done));
            }
        });
    }

    /** A step has not ended though the request has been cut short: the client is answered, and the step named. */
    private void overdue(Exchange exchange, ClientCall call) {
        AnswerError.tookTooLong(call, gateway().answers());
        gateway().overdue().begins(call);
        if (gateway().openCalls().contains(call)) {
            LOG.error("{} is still in {} though it was to take {} ms at most; it keeps its place until that step ends",
                    call.id(), GatewayLog.own(FailedStep.at(exchange)), call.totalMs());
        } else {
            gateway().overdue().ends(call);
        }
    }
}
