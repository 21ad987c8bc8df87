package io.dromedary.flow.make;

import java.util.Map;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.component.platform.http.vertx.HttpMessage;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.SynchronizationAdapter;

import io.dromedary.client.ClientCall;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.flow.GenerationLookup;
import io.dromedary.flow.step.AnswerError;
import io.dromedary.flow.step.FailedStep;
import io.dromedary.generation.GenerationContext;
import io.dromedary.log.GatewayLog;
import io.dromedary.model.Endpoint;
import io.dromedary.time.Clock;
import io.dromedary.time.ClockExpired;

/**
 * Ties the exchange of each route that begins with {@code platform-http} to its client's connection, before its first
 * step, and sees to what is due at its end: so no route can forget it. A route made from the template {@code endpoint}
 * is also told which {@link Endpoint} it is. Needs Camel's Vert.x server; other HTTP servers have no
 * {@link HttpMessage}.
 */
public final class OpenCallPolicy extends RoutePolicySupport {

    private static final GatewayLog LOG = GatewayLog.of(OpenCallPolicy.class);
    private static final String HTTP = "platform-http";
    private static final String NAME_OF_AN_ENDPOINT = "operation";

    private final CamelContext context;
    private final Endpoint endpoint;
    private volatile GenerationContext gateway;

    private OpenCallPolicy(CamelContext context, Endpoint endpoint) {
        this.context = context;
        this.endpoint = endpoint;
    }

    /** Makes one for each route that begins with {@code platform-http}; other routes have none, and no cost. */
    public static final class Factory implements RoutePolicyFactory {

        @Override
        public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode node) {
            if (!(node instanceof RouteDefinition route) || !route.getInput().getEndpointUri().startsWith(HTTP)) {
                return null;
            }
            Map<String, Object> parameters = route.getTemplateParameters();
            boolean endpoint = parameters != null && parameters.containsKey(NAME_OF_AN_ENDPOINT);
            return new OpenCallPolicy(context, endpoint ? Endpoint.of(parameters) : null);
        }
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        HttpMessage message = exchange.getMessage(HttpMessage.class);
        ClientCall call = new ClientCall(message.getRequest(), gateway().limits().writeMs());
        exchange.setProperty(ExchangeProperties.CALL, call);
        if (endpoint != null) {
            exchange.setProperty(ExchangeProperties.ENDPOINT, endpoint);
        }
        call.runTotalClock(gateway().timer(), gateway().limits().totalMs(),
                new ClockExpired(Clock.TOTAL, gateway().limits().totalMs()), () -> overdue(exchange, call));
        gateway().openCalls().add(call);
        gateway().events().requestBegan(call);
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange done) {
                call.over();
                gateway().openCalls().remove(call);
                gateway().overdue().ends(call);
                gateway().events().requestEnded(call, ExchangeProperties.attempts(done));
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

    private GenerationContext gateway() {
        if (gateway == null) {
            gateway = GenerationLookup.of(context);
        }
        return gateway;
    }
}
