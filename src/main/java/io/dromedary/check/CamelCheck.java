package io.dromedary.check;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.vertx.core.Vertx;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.main.Main;

import io.dromedary.findings.CamelMessage;
import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.flow.make.FlowMain;
import io.dromedary.generation.GenerationContext;

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
        return failure(Set.of()) == null;
    }

    /** Adds what keeps Camel from making routes to {@code faults}, unless that is known there. */
    void check(Findings faults) {
        Set<String> leftOut = new TreeSet<>();
        Set<String> reasons = new TreeSet<>();
        for (int i = 0; i < MOST_TRIES; i++) {
            Exception failure = failure(leftOut);
            if (failure == null) {
                return;
            }
            String route = routeOf(failure);
            Place place = flow.route(route).map(FlowUnit::place).orElse(new Place(folder(), 1, 1));
            if (!isKnown(route, faults) && reasons.add(reason(failure))) {
                faults.stop(Rule.ROUTE_MADE, place, route.isEmpty() ? "routes" : route, reason(failure), others());
            }
            if (route.isEmpty() || !leftOut.add(route)) {
                return;
            }
        }
    }

    /** Steps of interceptors are part of other files' routes, so the fault may be in theirs. */
    private String others() {
        String files = flow.units().stream().filter(unit -> unit.tree().get("interceptFrom").isPresent() || unit.tree()
                .get("intercept").isPresent())
                .map(unit -> unit.tree().file()).distinct().collect(Collectors.joining(", "));
        return files.isEmpty() ? "" : "If the route's own file is right, look at the interceptors in " + files;
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

    private Exception failure(Set<String> leftOut) {
        Main main = FlowMain.of(gateway, sources.properties(), sources.routes());
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
