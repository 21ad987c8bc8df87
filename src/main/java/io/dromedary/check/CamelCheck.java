package io.dromedary.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.vertx.core.Vertx;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.main.Main;
import org.apache.camel.support.PatternHelper;

import io.dromedary.findings.CamelMessage;
import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.flow.make.FlowMain;
import io.dromedary.generation.GenerationContext;
import io.dromedary.yaml.YamlTree;

/**
 * Whether Camel can make the routes: it makes them all and starts none, so that nothing is listened to and nothing
 * connected. Camel stops at the first route that it cannot make; that one is left out then, and the others are tried
 * again.
 */
final class CamelCheck {

    /** A file that is wrong altogether must not keep the check going for minutes. */
    private static final int MOST_TRIES = 5;

    private final GenerationContext gateway;
    private final Sources sources;
    private final FlowMap flow;
    private final Vertx vertx;

    /**
     * @param gateway what the steps share
     * @param vertx   one for all tries, which would make one each
     */
    CamelCheck(GenerationContext gateway, Sources sources, FlowMap flow, Vertx vertx) {
        this.vertx = vertx;
        this.gateway = gateway;
        this.sources = sources;
        this.flow = flow;
    }

    /** Whether Camel can make them all. */
    boolean makesAll() {
        return failure(Set.of(), "") == null;
    }

    /** Adds what keeps Camel from making routes to {@code faults}, unless that is known there. */
    void check(Findings faults) {
        Set<String> leftOut = new TreeSet<>();
        Set<String> reasons = new TreeSet<>();
        for (int i = 0; i < MOST_TRIES; i++) {
            Exception failure = failure(leftOut, "");
            if (failure == null) {
                return;
            }
            String route = routeOf(failure);
            if (!isKnown(route, faults) && reasons.add(reason(failure))) {
                tell(route, leftOut, reason(failure), faults);
            }
            if (route.isEmpty() || !leftOut.add(route)) {
                return;
            }
        }
    }

    private void tell(String route, Set<String> leftOut, String reason, Findings faults) {
        Optional<YamlTree> interceptor = interceptors(route).stream()
                .filter(steps -> !routeOf(failure(leftOut, steps.file())).equals(route)).findFirst();
        if (interceptor.isPresent()) {
            faults.stop(Rule.ROUTE_MADE, interceptor.get().place(), "interceptFrom", reason,
                    "Without this file, the route " + route + " can be made");
        } else {
            faults.stop(Rule.ROUTE_MADE, flow.route(route).map(FlowUnit::place).orElse(new Place(folder(), 1, 1)),
                    route.isEmpty() ? "routes" : route, reason, "");
        }
    }

    /** Steps that other files add to that route: what is wrong in them is told by Camel as wrong in the route. */
    private List<YamlTree> interceptors(String route) {
        String from = flow.route(route).map(FlowUnit::from).orElse("");
        return flow.units().stream().flatMap(unit -> unit.tree().get("interceptFrom").stream())
                .flatMap(list -> list.items().stream()).map(item -> item.get("interceptFrom").orElse(item))
                .filter(steps -> PatternHelper.matchPattern(from, steps.get("uri").map(YamlTree::text).orElse("*")))
                .limit(MOST_TRIES).toList();
    }

    private String folder() {
        Path first = sources.routes().isEmpty() ? null : sources.routes().get(0).getParent();
        return first == null ? "routes" : first.toString();
    }

    /**
     * Whether a fault in the route's own lines, or in those of interceptors, which are part of every route, says it
     * better already; a failure of no route in particular is known by any.
     */
    private boolean isKnown(String route, Findings faults) {
        List<Finding> stops = faults.all().stream().filter(Finding::stops).toList();
        boolean shared = flow.units().stream().filter(unit -> unit.kind() == FlowUnit.Kind.SHARED)
                .anyMatch(unit -> stops.stream().anyMatch(fault -> isIn(unit, fault.place())));
        return route.isEmpty() ? !stops.isEmpty() : shared || flow.route(route)
                .map(unit -> stops.stream().anyMatch(fault ->
                isIn(unit, fault.place()))).orElse(false);
    }

    private static boolean isIn(FlowUnit unit, Place place) {
        return place.file().equals(unit.tree().file()) && place.line() >= unit.tree().place().line()
                && place.line() <= unit.tree().lastLine();
    }

    /** Why Camel cannot make the routes but those of {@code leftOut}, without {@code file}; null where it can. */
    private Exception failure(Set<String> leftOut, String file) {
        Main main = FlowMain.of(gateway, sources.properties(),
                sources.routes().stream().filter(path -> !path.toString().equals(file)).toList());
        main.bind("vertx", vertx);
        main.addOverrideProperty("camel.main.autoStartup", "false");
        if (!leftOut.isEmpty()) {
            main.addOverrideProperty("camel.main.routeFilterExcludePattern", String.join(",", leftOut));
        }
        try {
            main.start();
            return null;
        } catch (Exception | LinkageError e) {
            return e instanceof Exception exception ? exception : new IllegalStateException(e);
        } finally {
            main.stop();
        }
    }

    private static String routeOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailedToCreateRouteException route && route.getRouteId() != null) {
                return route.getRouteId();
            }
        }
        return "";
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return CamelMessage.clean(cause.getMessage());
    }
}
