package io.dromedary.operator.api;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.dromedary.check.EndpointName;
import io.dromedary.check.FlowMap;
import io.dromedary.check.FlowUnit;
import io.dromedary.observe.flow.FlowCounts;
import io.dromedary.yaml.YamlTree;

/**
 * The routes as the page draws them: each with its steps in the order of the file, and the arrows between them. All
 * routes of one template are one.
 */
final class FlowJson {

    private static final String DEPLOYMENT = "direct:deployment-";

    private final FlowMap flow;
    private final Map<String, long[]> counts;
    private final Map<String, Fields> routes = new LinkedHashMap<>();
    private final List<Map<String, Object>> edges = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();

    private FlowJson(FlowMap flow, Map<String, long[]> counts) {
        this.flow = flow;
        this.counts = counts;
    }

    /** The routes and arrows of {@code flow}, with {@code counts} by the keys of steps. */
    static Fields of(FlowMap flow, Map<String, long[]> counts) {
        FlowJson json = new FlowJson(flow, counts);
        Set<String> reached = json.reached();
        for (FlowUnit unit : flow.units()) {
            String name = nameOf(unit);
            if (!json.routes.containsKey(name) && !isBeans(unit)) {
                json.draw(unit, name, reached.contains(name) || unit.kind() == FlowUnit.Kind.SHARED);
            }
        }
        return new Fields().put("routes", json.routes.values().stream().map(Fields::map).toList())
                .put("edges", json.edges);
    }

    /** The keys of all steps. */
    static Collection<String> keys(FlowMap flow) {
        FlowJson json = new FlowJson(flow, Map.of());
        flow.units().stream().filter(unit -> !isBeans(unit)).forEach(unit -> json.draw(unit, nameOf(unit), false));
        return json.keys;
    }

    private static String nameOf(FlowUnit unit) {
        return switch (unit.kind()) {
            case SHARED -> FlowCounts.SHARED + "-" + unit.place().line() + "-" + fileOf(unit);
            case FROM_TEMPLATE -> unit.tree().get("id").map(YamlTree::text).orElse(unit.id());
            case ROUTE -> unit.id().isEmpty() ? "route-" + unit.place().line() + "-" + fileOf(unit) : unit.id();
        };
    }

    private static boolean isBeans(FlowUnit unit) {
        return unit.kind() == FlowUnit.Kind.SHARED && stepsOf(unit.tree()).isEmpty();
    }

    private static boolean isDeployment(FlowUnit unit) {
        return unit.from().startsWith(DEPLOYMENT);
    }

    /** The folder's last name and the file's own: where the folder is, is the operator's affair. */
    private static String fileOf(FlowUnit unit) {
        Path file = Path.of(unit.tree().file());
        return file.getNameCount() > 1 ? file.subpath(file.getNameCount() - 2, file.getNameCount()).toString()
                : file.toString();
    }

    /** The routes on the ways of requests: those that begin with a path, and those that they lead to. */
    private Set<String> reached() {
        Set<String> reached = new LinkedHashSet<>();
        Deque<FlowUnit> open = new ArrayDeque<>();
        flow.units().stream().filter(unit -> unit.from().startsWith("platform-http")).forEach(open::add);
        while (!open.isEmpty()) {
            FlowUnit unit = open.poll();
            if (reached.add(nameOf(unit))) {
                each(unit.tree(), step -> next(step).ifPresent(open::add));
            }
        }
        return reached;
    }

    private static void each(YamlTree tree, Consumer<YamlTree> action) {
        tree.entries().forEach((key, value) -> {
            if (key.equals("to") || key.equals("toD")) {
                action.accept(value);
            }
            each(value, action);
        });
        tree.items().forEach(item -> each(item, action));
    }

    private Optional<FlowUnit> next(YamlTree step) {
        String direct = EndpointName.of(step);
        return direct.startsWith(DEPLOYMENT)
                ? flow.units().stream().filter(FlowJson::isDeployment).findFirst() : flow.consumerOf(direct);
    }

    private void draw(FlowUnit unit, String name, boolean reached) {
        boolean endpoint = unit.kind() == FlowUnit.Kind.FROM_TEMPLATE && !isDeployment(unit);
        List<Map<String, Object>> nodes = new ArrayList<>();
        String owner = unit.kind() == FlowUnit.Kind.SHARED ? FlowCounts.SHARED : name;
        stepsOf(unit.tree()).forEach(steps -> steps(steps, owner, 0, null, nodes));
        List<Map<String, Object>> instances = endpoint ? flow.units().stream()
                .filter(other -> other.tree() == unit.tree()).map(other -> new Fields().put("id", other.id())
                        .put("path", other.parameters().get("path")).map()).toList() : List.of();
        String id = isDeployment(unit) ? "deployment" : name;
        routes.put(name, new Fields().put("id", id).put("title", titleOf(unit, name))
                .put("description", text(unit.tree(), "description"))
                .put("kind", unit.kind() == FlowUnit.Kind.SHARED ? "shared" : isDeployment(unit) ? "deployment"
                        : endpoint ? "endpoint" : "route")
                .put("file", fileOf(unit)).put("line", unit.tree().place().line())
                .put("from", isDeployment(unit) ? "direct:deployment-*" : withoutSecrets(unit.from()))
                .put("reached", reached)
                .put("instances", instances).put("nodes", nodes));
    }

    private static String titleOf(FlowUnit unit, String name) {
        if (unit.kind() == FlowUnit.Kind.SHARED) {
            return Optional.ofNullable(text(unit.tree(), "id")).orElse("of all routes");
        }
        return isDeployment(unit) ? "deployment, one for each entry of model_list" : name;
    }

    /** The lists of steps of a route, or those of what belongs to all routes. */
    private static List<YamlTree> stepsOf(YamlTree tree) {
        Optional<YamlTree> own = tree.get("from").or(() -> Optional.of(tree)).flatMap(from -> from.get("steps"));
        if (own.isPresent()) {
            return List.of(own.get());
        }
        List<YamlTree> found = new ArrayList<>();
        tree.entries().forEach((key, value) -> {
            if (key.matches("onException|onCompletion|intercept.*")) {
                found.addAll(value.isList() ? value.items().stream().flatMap(item -> stepsOf(item).stream()).toList()
                        : stepsOf(value));
            }
        });
        return found;
    }

    private void steps(YamlTree steps, String owner, int depth, String branch, List<Map<String, Object>> nodes) {
        steps.items().forEach(item -> item.entries().forEach((kind, step) -> {
            node(kind, step, owner, depth, branch, nodes);
            step.get("steps").ifPresent(inner -> steps(inner, owner, depth + 1, null, nodes));
            for (String way : List.of("when", "doCatch")) {
                step.get(way).ifPresent(ways -> ways.items()
                        .forEach(each -> branch(way, each, owner, depth + 1, nodes)));
            }
            for (String way : List.of("otherwise", "onFallback", "doFinally")) {
                step.get(way).ifPresent(each -> branch(way, each, owner, depth + 1, nodes));
            }
            if (kind.equals("to") || kind.equals("toD")) {
                next(step).ifPresent(next -> edges.add(new Fields().put("from", keyOf(step, owner))
                        .put("to", isDeployment(next) ? "deployment" : nameOf(next)).map()));
            }
        }));
    }

    private void branch(String kind, YamlTree branch, String owner, int depth, List<Map<String, Object>> nodes) {
        node(kind, branch, owner, depth, kind, nodes);
        branch.get("steps").ifPresent(inner -> steps(inner, owner, depth + 1, null, nodes));
    }

    private void node(String kind, YamlTree step, String owner, int depth, String branch,
            List<Map<String, Object>> nodes) {
        String key = keyOf(step, owner);
        long[] count = counts.get(key);
        keys.add(key);
        nodes.add(new Fields().put("key", key).put("id", text(step, "id")).put("kind", kind)
                .put("own", ShippedSteps.lack(text(step, "id")))
                .put("description", text(step, "description")).put("label", label(step))
                .put("line", step.place().line()).put("depth", depth).put("branch", branch)
                .put("count", count == null ? null : count[0]).put("failed", count == null ? null : count[1])
                .put("broken", count == null ? null : count[2]).map());
    }

    private static String keyOf(YamlTree step, String owner) {
        String id = text(step, "id");
        return FlowCounts.key(owner, id == null ? FlowCounts.line(step.place().line()) : id);
    }

    private static String label(YamlTree step) {
        for (String key : List.of("ref", "uri", "name", "message")) {
            String text = text(step, key);
            if (text != null) {
                return key.equals("message") ? text : withoutSecrets(text);
            }
        }
        return step.isScalar() ? withoutSecrets(step.text()) : null;
    }

    /** Without what often is a secret in the address of an endpoint: its user and its options. */
    private static String withoutSecrets(String uri) {
        return uri == null ? null : uri.replaceFirst("//[^/]*@", "//***@").replaceFirst("(?s)[?].*", "?***");
    }

    private static String text(YamlTree tree, String key) {
        return tree.get(key).filter(YamlTree::isScalar).map(YamlTree::text).orElse(null);
    }
}
