package io.dromedary.check;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

import org.apache.camel.support.PatternHelper;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Whether what is sent to {@code direct:} arrives somewhere, whether each {@code direct:} route is sent to, and whether
 * a request's way leads to the deployments. Camel itself starts with a {@code direct:} that nobody consumes, and fails
 * its requests.
 */
final class LinkCheck {

    private static final String DIRECT = "direct:";
    private static final String PATHS = "platform-http";
    private static final List<String> PLACES =
            List.of("direct:gateway", "direct:model-router", "direct:deployment-*", "direct:answered");
    private static final String DEPLOYMENT = "direct:deployment-";

    private final FlowMap flow;
    private final Findings faults;
    /** By the units themselves, since their hash codes would go through all that a route is written of. */
    private final Map<FlowUnit, String> begins = new IdentityHashMap<>();
    private final Set<String> consumed = new TreeSet<>();

    private LinkCheck(FlowMap flow, Findings faults) {
        this.flow = flow;
        this.faults = faults;
        flow.units().forEach(unit -> begins.put(unit, unit.from()));
        begins.values().stream().filter(from -> from.startsWith(DIRECT)).forEach(consumed::add);
    }

    /** Adds what it finds to {@code faults}. */
    static void check(FlowMap flow, List<String> models, Findings faults) {
        LinkCheck check = new LinkCheck(flow, faults);
        check.everySendArrives();
        check.everyPlaceIsThere();
        check.everyRouteIsReached();
        check.deploymentsAreReached(models);
    }

    private void everySendArrives() {
        for (FlowUnit unit : flow.units()) {
            for (RouteParts.Endpoint send : sends(unit)) {
                String uri = unit.filled(send.uri());
                // What a placeholder stands for is known when the route is made.
                if (!uri.contains("{{") && consumed.stream().noneMatch(arrivesAt(uri))) {
                    faults.stop(Rule.DIRECT_CONSUMED, send.place(), "uri",
                            uri + " is sent to, and no route begins with it",
                            near(uri).map(name -> "Did you mean " + name + "?").orElse("Add a route from " + uri));
                }
            }
        }
    }

    private Optional<String> near(String uri) {
        return near(uri, consumed);
    }

    /** By the name alone: that all begin with {@code direct:} makes them no more alike. */
    private static Optional<String> near(String uri, Collection<String> known) {
        return NearestKey.withinTwoLetters(name(uri), known.stream().map(LinkCheck::name).toList())
                .map(name -> DIRECT + name);
    }

    private static String name(String uri) {
        return uri.substring(DIRECT.length());
    }

    private static List<RouteParts.Endpoint> sends(FlowUnit unit) {
        return unit.parts().endpoints().stream()
                .filter(endpoint -> endpoint.use() != RouteParts.Use.FROM && endpoint.uri().startsWith(DIRECT))
                .toList();
    }

    /** Whether a send to {@code uri}, which may hold an expression or a list of names, can arrive at a route. */
    private static Predicate<String> arrivesAt(String uri) {
        int expression = uri.indexOf("${");
        String name = uri.contains("?") ? uri.substring(0, uri.indexOf('?')) : uri;
        return expression >= 0 ? from -> from.startsWith(uri.substring(0, expression)) : name::equals;
    }

    /** An interceptor of routes that are not there never runs: what it was to keep is not kept. */
    private void everyPlaceIsThere() {
        for (FlowUnit unit : flow.units()) {
            unit.tree().get("interceptFrom").filter(YamlTree::isList).ifPresent(list -> list.items().forEach(item -> {
                YamlTree intercept = item.get("interceptFrom").orElse(item);
                intercept.get("uri").filter(uri -> uri.text().startsWith(DIRECT) && !uri.text().contains("{{"))
                        .ifPresent(uri -> {
                    if (consumed.stream().noneMatch(from -> PatternHelper.matchPattern(from, uri.text()))) {
                        faults.stop(Rule.DIRECT_CONSUMED, uri.place(), "uri",
                                "no route begins with " + uri.text() + ", so these steps never run",
                                near(uri.text(), PLACES).map(near -> "Did you mean " + near + "?").orElse(""));
                    }
                });
            }));
        }
    }

    private void everyRouteIsReached() {
        Set<String> sent = new TreeSet<>();
        flow.units().forEach(unit -> sends(unit).forEach(send -> sent.add(unit.filled(send.uri()))));
        for (FlowUnit unit : flow.units()) {
            String from = begins.get(unit);
            boolean reached = !from.startsWith(DIRECT) || sent.stream().anyMatch(uri -> arrivesAt(uri).test(from));
            if (!reached && !from.startsWith(DEPLOYMENT)) {
                faults.warn(Rule.DIRECT_REACHED, unit.place(), "from", from + " is sent to by nobody",
                        "Send to it, or remove the route");
            }
        }
    }

    /** Follows the way from the paths to the deployments. */
    private void deploymentsAreReached(List<String> models) {
        Deque<FlowUnit> open = new ArrayDeque<>(flow.units().stream()
                .filter(unit -> begins.get(unit).startsWith(PATHS)).toList());
        Set<FlowUnit> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.addAll(open);
        while (!open.isEmpty()) {
            FlowUnit unit = open.poll();
            if (begins.get(unit).startsWith(DEPLOYMENT)) {
                return;
            }
            for (RouteParts.Endpoint send : sends(unit)) {
                Predicate<String> arrives = arrivesAt(unit.filled(send.uri()));
                flow.units().stream().filter(next -> arrives.test(begins.get(next)))
                        .filter(seen::add).forEach(open::add);
            }
        }
        boolean anyPath = flow.units().stream().anyMatch(unit -> begins.get(unit).startsWith(PATHS));
        if (anyPath && !models.isEmpty() && flow.templates().containsKey("deployment")) {
            Place place = flow.templates().get("deployment").place();
            faults.stop(Rule.MODEL_ROUTED, place, "deployment", "no path leads to the deployments, so nobody serves "
                    + String.join(", ", models),
                    "Have the model router's otherwise send to direct:attempt, and that route to direct:deployment-");
        }
    }
}
