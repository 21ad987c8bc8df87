package io.dromedary.explain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.dromedary.check.EndpointName;
import io.dromedary.check.FlowMap;
import io.dromedary.check.FlowUnit;
import io.dromedary.yaml.YamlTree;

/**
 * The way of a request as a Mermaid flowchart: a box for each route with the ids of its steps, an arrow for each step
 * that sends to {@code direct:}. Made of the route files alone, so that it is what they say.
 */
public final class FlowPicture {

    private static final String DEPLOYMENT = "direct:deployment-";

    private final FlowMap flow;
    private final StringBuilder boxes = new StringBuilder();
    private final StringBuilder arrows = new StringBuilder();
    private final Deque<FlowUnit> open = new ArrayDeque<>();
    private final Set<FlowUnit> seen = new LinkedHashSet<>();

    private FlowPicture(FlowMap flow) {
        this.flow = flow;
    }

    /** The flowchart of the ways that begin with the routes of these ids; all deployments are one box. */
    public static String of(FlowMap flow, List<String> routeIds) {
        FlowPicture picture = new FlowPicture(flow);
        routeIds.forEach(id -> flow.route(id).ifPresent(picture::reach));
        while (!picture.open.isEmpty()) {
            picture.draw(picture.open.poll());
        }
        return "flowchart TD\n" + picture.boxes + picture.arrows;
    }

    private void reach(FlowUnit route) {
        if (seen.add(route)) {
            open.add(route);
        }
    }

    private void draw(FlowUnit route) {
        List<String> lines = new ArrayList<>();
        route.tree().get("from").or(() -> Optional.of(route.tree())).flatMap(from -> from.get("steps"))
                .ifPresent(steps -> steps(steps, route, 0, lines));
        String title = route.kind() == FlowUnit.Kind.FROM_TEMPLATE ? title(route) : route.id();
        boxes.append("  ").append(box(route)).append("[\"<b>").append(title).append("</b><br/>")
                .append(String.join("<br/>", lines)).append("\"]\n");
    }

    private static String title(FlowUnit route) {
        return isDeployment(route) ? "deployment, one for each entry of model_list"
                : route.id() + (route.parameters().containsKey("dialect") ? ", as each endpoint in another dialect"
                : ", as each endpoint");
    }

    private static boolean isDeployment(FlowUnit route) {
        return route.from().startsWith(DEPLOYMENT);
    }

    private static String box(FlowUnit route) {
        return (isDeployment(route) ? "deployment" : route.id()).replaceAll("[^A-Za-z0-9]", "_");
    }

    private void steps(YamlTree steps, FlowUnit route, int depth, List<String> lines) {
        steps.items().forEach(item -> item.entries().forEach((kind, step) -> {
            lines.add("&nbsp;&nbsp;&nbsp;".repeat(depth) + name(step, kind));
            step.get("steps").ifPresent(inner -> steps(inner, route, depth + 1, lines));
            step.get("when").ifPresent(branches -> branches.items()
                    .forEach(branch -> branch(branch, "when", route, depth, lines)));
            step.get("otherwise").ifPresent(branch -> branch(branch, "otherwise", route, depth, lines));
            step.get("onFallback").ifPresent(branch -> branch(branch, "onFallback", route, depth, lines));
            send(kind, step, route);
        }));
    }

    private void branch(YamlTree branch, String kind, FlowUnit route, int depth, List<String> lines) {
        lines.add("&nbsp;&nbsp;&nbsp;".repeat(depth + 1) + "<i>" + kind + " " + name(branch, "") + "</i>");
        branch.get("steps").ifPresent(inner -> steps(inner, route, depth + 2, lines));
    }

    private void send(String kind, YamlTree step, FlowUnit route) {
        if (!kind.equals("to") && !kind.equals("toD")) {
            return;
        }
        String direct = EndpointName.of(step);
        (direct.startsWith(DEPLOYMENT) ? flow.units().stream().filter(FlowPicture::isDeployment).findFirst()
                : flow.consumerOf(direct))
                .ifPresent(next -> {
                    arrows.append("  ").append(box(route)).append(" -- ").append(name(step, kind)).append(" --> ")
                            .append(box(next)).append('\n');
                    reach(next);
                });
    }

    private static String name(YamlTree step, String kind) {
        return step.get("id").map(YamlTree::text).orElse(kind);
    }
}
