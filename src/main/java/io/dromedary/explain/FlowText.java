package io.dromedary.explain;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dromedary.check.EndpointName;
import io.dromedary.check.FlowMap;
import io.dromedary.check.FlowUnit;
import io.dromedary.findings.Place;
import io.dromedary.yaml.YamlTree;

/**
 * The steps of a request's way, as the route files have them, each with its place: follows what is sent to
 * {@code direct:}, each route once, and shows the steps of a route author's own ({@code interceptFrom}) where they come
 * in. Conditions are shown, not decided.
 */
final class FlowText {

    private static final String DEPLOYMENT = "direct:deployment-";

    private final FlowMap flow;
    private final Lines lines;
    private final String deploymentRoute;
    private final Set<FlowUnit> seen = new HashSet<>();

    /** @param deploymentRoute the id of the route to show for {@code direct:deployment-...}; empty for none */
    FlowText(FlowMap flow, String deploymentRoute, Lines lines) {
        this.flow = flow;
        this.deploymentRoute = deploymentRoute;
        this.lines = lines;
    }

    /** Writes the way that begins with the route of that id. */
    void from(String routeId) {
        flow.route(routeId).ifPresent(route -> route(route, 0));
    }

    private void route(FlowUnit route, int depth) {
        lines.add(depth, route.tree().place(), "route " + route.id(), description(route.tree()));
        if (!seen.add(route)) {
            lines.add(depth + 1, null, "(as above)", "");
            return;
        }
        flow.units().stream().filter(unit -> unit.kind() == FlowUnit.Kind.SHARED)
                .forEach(shared -> intercepts(shared, route, depth + 1));
        route.tree().get("from").or(() -> Optional.of(route.tree())).flatMap(from -> from.get("steps"))
                .ifPresent(steps -> steps(steps, route, depth + 1));
    }

    private void intercepts(FlowUnit shared, FlowUnit route, int depth) {
        shared.tree().get("interceptFrom").ifPresent(list -> list.items().forEach(item -> {
            YamlTree intercept = item.get("interceptFrom").orElse(item);
            String pattern = intercept.get("uri").map(YamlTree::text).orElse("*");
            boolean fits = pattern.endsWith("*") ? route.from().startsWith(pattern.substring(0, pattern.length() - 1))
                    : route.from().equals(pattern);
            if (fits) {
                lines.add(depth, intercept.place(), id(intercept, "interceptFrom"), description(intercept));
                intercept.get("steps").ifPresent(steps -> steps(steps, route, depth + 1));
            }
        }));
    }

    private void steps(YamlTree steps, FlowUnit route, int depth) {
        steps.items().forEach(item -> item.entries().forEach((kind, step) -> step(kind, step, route, depth)));
    }

    private void step(String kind, YamlTree step, FlowUnit route, int depth) {
        lines.add(depth, step.place(), id(step, kind), description(step));
        step.get("steps").ifPresent(steps -> steps(steps, route, depth + 1));
        step.get("when").ifPresent(branches -> branches.items().forEach(branch -> {
            lines.add(depth + 1, branch.place(), id(branch, "when"), condition(branch));
            branch.get("steps").ifPresent(steps -> steps(steps, route, depth + 2));
        }));
        for (String branch : new String[] {"otherwise", "onFallback"}) {
            step.get(branch).ifPresent(other -> {
                lines.add(depth + 1, other.place(), id(other, branch),
                        branch.equals("otherwise") ? "otherwise" : "if one of these fails");
                other.get("steps").ifPresent(steps -> steps(steps, route, depth + 2));
            });
        }
        if (kind.equals("to") || kind.equals("toD")) {
            next(route.filled(EndpointName.of(step))).ifPresent(next -> route(next, depth + 1));
        }
    }

    private Optional<FlowUnit> next(String uri) {
        return uri.startsWith(DEPLOYMENT) && uri.contains("${")
                ? Optional.of(deploymentRoute).filter(id -> !id.isEmpty()).flatMap(flow::route) : flow.consumerOf(uri);
    }

    private static String id(YamlTree step, String kind) {
        return step.get("id").map(YamlTree::text).orElse(kind);
    }

    private static String description(YamlTree step) {
        return step.get("description").map(YamlTree::text).orElse("");
    }

    private static String condition(YamlTree branch) {
        YamlTree holder = branch.get("expression").orElse(branch);
        for (Map.Entry<String, YamlTree> language : holder.entries().entrySet()) {
            Optional<String> text = language.getValue().isScalar() ? Optional.of(language.getValue().text())
                    : language.getValue().get("expression").map(YamlTree::text);
            if (text.isPresent() && !language.getKey().equals("id")) {
                return "when " + text.get();
            }
        }
        return "";
    }

    /** Where the lines go. */
    @FunctionalInterface
    interface Lines {

        /** One line; {@code place} may be null. */
        void add(int depth, Place place, String name, String text);
    }
}
