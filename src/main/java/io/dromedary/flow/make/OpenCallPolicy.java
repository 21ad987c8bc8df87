package io.dromedary.flow.make;

import java.util.Map;
import java.util.Set;

import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.NamedNode;
import org.apache.camel.Route;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RoutePolicy;
import org.apache.camel.spi.RoutePolicyFactory;
import org.apache.camel.support.RoutePolicySupport;

import io.dromedary.flow.ExchangeProperties;
import io.dromedary.flow.step.OpenCall;
import io.dromedary.model.Endpoint;

/**
 * Has the call of each HTTP route opened before its first step, so that no route can forget it. A route made from the
 * template {@code endpoint} is also told which {@link Endpoint} it is.
 */
public final class OpenCallPolicy extends RoutePolicySupport {

    /** With what an HTTP route begins: the component's name, or Camel's REST DSL, which ends at the same server. */
    private static final Set<String> HTTP = Set.of("platform-http", "rest");
    /** The parameters by which the template {@code endpoint} is known; a team's own may have one of them. */
    private static final Set<String> OF_AN_ENDPOINT = Set.of("operation", "upstream", "answer", "requires");

    private final OpenCall openCall = new OpenCall();
    private final Endpoint endpoint;

    private OpenCallPolicy(CamelContext context, Endpoint endpoint) {
        this.openCall.setCamelContext(context);
        this.endpoint = endpoint;
    }

    /** Makes one for each HTTP route; other routes have none, and no cost. */
    public static final class Factory implements RoutePolicyFactory {

        /** @throws IllegalArgumentException if the parameters of an endpoint are wrong, with what to write */
        @Override
        public RoutePolicy createRoutePolicy(CamelContext context, String routeId, NamedNode node) {
            if (!(node instanceof RouteDefinition route) || !HTTP.contains(scheme(context, route))) {
                return null;
            }
            Map<String, Object> parameters = route.getTemplateParameters();
            boolean endpoint = parameters != null && parameters.keySet().containsAll(OF_AN_ENDPOINT);
            return new OpenCallPolicy(context, endpoint ? Endpoint.of(parameters) : null);
        }

        /** What its URI begins with. A URI that begins with a placeholder is looked up first. */
        private static String scheme(CamelContext context, RouteDefinition route) {
            String written = route.getInput().getEndpointUri();
            String uri = written.startsWith("{{") ? context.resolvePropertyPlaceholders(written) : written;
            int colon = uri.indexOf(':');
            return colon < 0 ? uri : uri.substring(0, colon);
        }
    }

    @Override
    public void onExchangeBegin(Route route, Exchange exchange) {
        openCall.process(exchange);
        if (endpoint != null) {
            exchange.setProperty(ExchangeProperties.ENDPOINT, endpoint);
        }
    }
}
