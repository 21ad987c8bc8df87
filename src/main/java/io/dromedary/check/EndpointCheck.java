package io.dromedary.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.apache.camel.CamelContext;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.spi.EndpointUriFactory;

import io.dromedary.findings.CamelMessage;
import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Whether the endpoints that routes name can be made: their components are on the class path and take the options that
 * they are given. Nothing is connected. An endpoint whose URI holds an expression is left out.
 */
final class EndpointCheck {

    /** Its component is added by the gateway, which checks it by itself. */
    private static final String OWN = "upstream:";
    /** They name beans, which this context has none of. */
    private static final Set<String> BEANS = Set.of("bean", "class", "ref");

    private final CamelContext context;
    private final Findings faults;
    private final Set<Place> told = new HashSet<>();
    private final Set<String> schemes =
            new HashSet<>(Set.of("direct", "seda", "log", "http", "https", "platform-http", "file", "timer"));

    private EndpointCheck(CamelContext context, Findings faults) {
        this.context = context;
        this.faults = faults;
    }

    /**
     * Adds what it finds to {@code faults}.
     *
     * @param context one that has been started, without routes
     */
    static void check(FlowMap flow, CamelContext context, Findings faults) {
        EndpointCheck check = new EndpointCheck(context, faults);
        flow.units().forEach(unit -> unit.parts().endpoints().forEach(endpoint -> check.endpoint(unit, endpoint)));
    }

    private void endpoint(FlowUnit unit, RouteParts.Endpoint endpoint) {
        String uri = unit.filled(endpoint.uri());
        String scheme = uri.contains(":") ? uri.substring(0, uri.indexOf(':')) : uri;
        if (uri.startsWith(OWN) || BEANS.contains(scheme) || uri.contains("${") || scheme.contains("{{")
                || !told.add(endpoint.place())) {
            return;
        }
        EndpointUriFactory factory = context.getCamelContextExtension().getEndpointUriFactory(scheme);
        try {
            Map<String, Object> parameters = parameters(unit, endpoint.at());
            String whole = parameters.isEmpty() || uri.startsWith("direct:") ? uri
                    : factory != null && !uri.contains(":") ? factory.buildUri(scheme, parameters)
                    : withQuery(uri, parameters);
            context.getEndpoint(context.resolvePropertyPlaceholders(whole));
            schemes.add(scheme);
        } catch (NoSuchEndpointException e) {
            faults.stop(Rule.ENDPOINT, endpoint.place(), "uri",
                    "there is no component '" + scheme + "' on the class path",
                    NearestKey.withinTwoLetters(scheme, schemes).map(near -> "Did you mean " + near + "?")
                            .orElse("Put camel-" + scheme + " and what it needs into lib/, or mend the name"));
        } catch (Exception e) {
            faults.stop(Rule.ENDPOINT, endpoint.place(), "uri", reason(e), mend(e, factory));
        }
    }

    private static Map<String, Object> parameters(FlowUnit unit, YamlTree at) {
        Map<String, Object> parameters = new HashMap<>();
        at.get("parameters").ifPresent(map -> map.entries()
                .forEach((name, value) -> parameters.put(name, unit.filled(value.text()))));
        return parameters;
    }

    private static String withQuery(String uri, Map<String, Object> parameters) {
        return uri + (uri.contains("?") ? "&" : "?") + parameters.entrySet().stream()
                .map(entry -> entry.getKey() + "=RAW(" + entry.getValue() + ")").collect(Collectors.joining("&"));
    }

    /** Camel's reason without the URI and without values, which may be secrets. */
    private static String reason(Exception failure) {
        List<String> unknown = CamelMessage.unknownOptions(failure.getMessage());
        if (!unknown.isEmpty()) {
            return "the component has no option " + String.join(", ", unknown);
        }
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(cause.getMessage());
        int due = message.indexOf("due to: ");
        return CamelMessage.clean(due < 0 ? message : message.substring(due + "due to: ".length()));
    }

    private static String mend(Exception failure, EndpointUriFactory factory) {
        Optional<String> unknown = CamelMessage.unknownOptions(failure.getMessage()).stream().findFirst();
        return unknown.isEmpty() || factory == null ? ""
                : NearestKey.withinTwoLetters(unknown.get(), factory.propertyNames())
                .map(near -> "Did you mean " + near + "?").orElse("");
    }
}
