package io.dromedary.flow.step;

import java.util.LinkedHashMap;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.dialect.Translation;
import io.dromedary.flow.ExchangeProperties;
import io.dromedary.form.Form;
import io.dromedary.json.JsonSlices;
import io.dromedary.model.Deployment;
import io.dromedary.model.Endpoint;
import io.dromedary.observe.trace.TraceHeaders;
import io.dromedary.upstream.HeldBytes;
import io.dromedary.upstream.StreamUsage;
import io.dromedary.upstream.UpstreamBody;
import io.dromedary.upstream.UpstreamHeaders;

/**
 * Makes the exchange's message the request for the attempt's deployment. The one place where an upstream request's
 * headers are set: nothing of the client's own headers goes upstream, its key least of all. A route author adds one by
 * an exchange property whose name begins with {@value #HEADER}. What is copied for it counts in the memory budget
 * until the attempt ends. A form is made of the JSON of its fields again.
 */
public final class PrepareUpstreamRequest extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        RequestRun run = ExchangeProperties.run(exchange);
        Attempt attempt = ExchangeProperties.attempt(exchange);
        Deployment deployment = attempt.deployment();
        if (attempt.body() == null) {
            attempt.keepBody(StepBody.of(exchange));
        }
        HeldBytes held = new HeldBytes(gateway().memory());
        attempt.atEnd(held::end); // a hedge that has lost may be here still, and takes nothing more
        NativeRequest asSent = run.translation().filter(translation -> isAskedAsSent(translation, attempt))
                .map(Translation::asSent).orElse(null);
        attempt.asksAsSent(asSent);
        JsonSlices upstream = asSent != null ? asSent.body(attempt.hop().upstreamModel())
                : UpstreamBody.make(attempt.body(), run, attempt, gateway().learnedDrops(),
                usage(), held::more);

        // Of a form, its fields: what is looked for in what was sent is no file.
        attempt.sends(upstream, held::tryMore);
        Form form = ExchangeProperties.form(exchange);
        if (form != null) {
            held.more(form.takes(upstream.length()));
        }

        Map<String, Object> headers = exchange.getMessage().getHeaders();
        headers.clear();
        headers.putAll(UpstreamHeaders.of(deployment, ofRoutes(exchange, deployment)));
        if (asSent != null) {
            headers.putAll(asSent.headers());
        }
        if (gateway().config().forwardsTrace()) {
            TraceHeaders.of(attempt).forEach(headers::putIfAbsent);
        }
        headers.put("Accept", accepted(run, attempt));
        headers.put("Content-Type", form == null ? "application/json" : form.contentType());
        exchange.getMessage().setBody(form == null ? upstream : form.with(upstream.bytes()));
    }

    private StreamUsage.Wish usage() {
        return gateway().config().asksStreamUsage() ? StreamUsage.Wish.SHOWN
                : gateway().limits().asksStreamUsage() ? StreamUsage.Wish.HIDDEN : StreamUsage.Wish.NONE;
    }

    /** Not where a step has changed what is sent to everybody: the request as it came has no such change. */
    private static boolean isAskedAsSent(Translation translation, Attempt attempt) {
        return attempt.body() == translation.chat()
                && attempt.deployment().speaks(translation.dialect().name(), translation.dialect().path());
    }

    private static String accepted(RequestRun run, Attempt attempt) {
        return attempt.stream() ? "text/event-stream"
                : run.endpoint().answer() == Endpoint.Answer.OPAQUE ? "*/*" : "application/json";
    }

    /** What routes have set for this attempt; remembered, because the deployment's probe needs it too. */
    private Map<String, String> ofRoutes(Exchange exchange, Deployment deployment) {
        Map<String, String> set = new LinkedHashMap<>();
        exchange.getProperties().forEach((name, value) -> {
            if (name.startsWith(ExchangeProperties.UPSTREAM_HEADER)) {
                set.put(name.substring(ExchangeProperties.UPSTREAM_HEADER.length()), String.valueOf(value));
            }
        });
        gateway().routeHeaders().remember(deployment, set);
        return set;
    }
}
