package io.dromedary.upstream;

import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.Attempts;
import io.dromedary.catalogue.Deployment;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.gateway.GatewayVersion;
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
        headers.put("Accept", attempt.stream() ? "text/event-stream" : "application/json");
        headers.put("User-Agent", "dromedary/" + GatewayVersion.get());
        headers.putAll(deployment.extraHeaders());
        if (deployment.apiKey() != null && !deployment.extraHeaders().containsKey("Authorization")) {
            headers.put("Authorization", "Bearer " + deployment.apiKey().reveal());
        }
        exchange.getProperties().forEach((name, value) -> {
            if (name.startsWith(HEADER)) {
                headers.put(name.substring(HEADER.length()), String.valueOf(value));
            }
        });
        exchange.getMessage().setBody(new AttemptEntity(upstream, attempt));
        exchange.setProperty(SEND, false);
    }
}
