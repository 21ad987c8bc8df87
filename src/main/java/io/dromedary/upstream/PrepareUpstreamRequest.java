package io.dromedary.upstream;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.Attempts;
import io.dromedary.catalogue.Deployment;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.request.StepBody;

/**
 * Makes the exchange's message the request for the attempt's deployment. The one place where an upstream request's headers
 * are set: nothing of the client's own headers goes upstream, its key least of all. A route author adds one by an exchange property
 * whose name begins with {@value #HEADER}.
 */
public final class PrepareUpstreamRequest extends GatewayStep {

    /** The exchange property that the route's loop runs on: whether the request is (still) to be sent. */
    public static final String SEND = "send";
    /** What the name of an exchange property begins with whose value goes upstream as the header of the rest of the name. */
    public static final String HEADER = "upstream.header.";

    @Override
    public void process(Exchange exchange) {
        Attempts attempts = Attempts.of(exchange);
        Attempt attempt = Attempt.of(exchange);
        Deployment deployment = attempt.deployment();
        byte[] body = attempt.bodyKept() ? attempt.bodyFor(null) : attempt.bodyFor(StepBody.of(exchange));
        byte[] upstream = UpstreamBody.make(body, attempts, attempt, gateway().learnedDrops());

        attempt.sends(upstream);

        Map<String, Object> headers = exchange.getMessage().getHeaders();
        headers.clear();
        headers.putAll(UpstreamHeaders.of(deployment, ofRoutes(exchange, deployment)));
        headers.put("Accept", attempt.stream() ? "text/event-stream" : "application/json");
        headers.put("Content-Type", "application/json");
        exchange.getMessage().setBody(upstream);
        exchange.setProperty(SEND, false);
    }

    /** What routes have set for this attempt; remembered, because the deployment's probe needs it too. */
    private Map<String, String> ofRoutes(Exchange exchange, Deployment deployment) {
        Map<String, String> set = new LinkedHashMap<>();
        exchange.getProperties().forEach((name, value) -> {
            if (name.startsWith(HEADER)) {
                set.put(name.substring(HEADER.length()), String.valueOf(value));
            }
        });
        gateway().routeHeaders().remember(deployment, set);
        return set;
    }
}
