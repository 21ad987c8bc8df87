package io.dromedary.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/** The routes of all files, those that templates make included, without having Camel make them. */
public final class FlowMap {

    /** What is a route, or becomes one; anything else belongs to all of them. */
    private static final Set<String> OF_THEIR_OWN = Set.of("route", "from", "routeTemplate", "templatedRoute");

    private final List<FlowUnit> units = new ArrayList<>();
    private final Map<String, FlowUnit> byId = new HashMap<>();
    /** All routes of a template have the same. */
    private final Map<YamlTree, RouteParts> parts = new IdentityHashMap<>();
    private final Map<String, YamlTree> templates = new LinkedHashMap<>();
    private final List<RouteFile> files;

    private FlowMap(List<RouteFile> files) {
        this.files = files;
    }

    /**
     * Reads the files. What a template lacks is a fault.
     *
     * @param madeByJava template to the parameters of each route that the gateway itself makes of it, with
     *                   {@code routeId}
     */
    public static FlowMap of(List<RouteFile> files, Map<String, List<Map<String, String>>> madeByJava,
            Findings faults) {
        FlowMap flow = new FlowMap(files);
        flow.each("routeTemplate",
                template -> template.get("id").ifPresent(id -> flow.templates.put(id.text(), template)));
        flow.each("route", route -> flow.add(FlowUnit.Kind.ROUTE, idOf(route), route, "route", route, Map.of()));
        // A route without the word: from and its steps alone.
        flow.each("from", from -> flow.add(FlowUnit.Kind.ROUTE, "", from, "from", from, Map.of()));
        files.forEach(file -> file.tree().items().forEach(item -> item.entries().forEach((key, shared) -> {
            if (!OF_THEIR_OWN.contains(key)) {
                flow.add(FlowUnit.Kind.SHARED, "", shared, key, shared, Map.of());
            }
        })));
        flow.each("templatedRoute", made -> flow.instance(made, faults));
        madeByJava.forEach(
                (template, instances) -> instances.forEach(parameters -> flow.byJava(template, parameters, faults)));
        return flow;
    }

    private static String idOf(YamlTree route) {
        return route.get("id").map(YamlTree::text).orElse("");
    }

    /** Every value that stands under {@code key} at the top of a file. */
    private void each(String key, Consumer<YamlTree> action) {
        files.forEach(file -> file.tree().items().forEach(item -> item.get(key).ifPresent(action)));
    }

    private void add(FlowUnit.Kind kind, String id, YamlTree at, String key, YamlTree tree, Map<String,
            String> parameters) {
        Place place = id.isEmpty() ? at.place() : at.get("id").or(() -> at.get("routeId")).map(YamlTree::place)
                .orElse(at.place());
        FlowUnit unit = new FlowUnit(kind, id, place, tree,
                parts.computeIfAbsent(tree, each -> RouteParts.of(key, each)), parameters);
        units.add(unit);
        byId.putIfAbsent(id, unit);
    }

    private void instance(YamlTree made, Findings faults) {
        String name = made.get("routeTemplateRef").map(YamlTree::text).orElse("");
        YamlTree template = templates.get(name);
        if (template == null) {
            faults.stop(Rule.ROUTE_TEMPLATE, made.get("routeTemplateRef").orElse(made).place(), "routeTemplateRef",
                    "names the template '" + name + "', which is in no file", suggestion(name));
            return;
        }
        Map<String, String> parameters = new HashMap<>(defaults(template));
        made.get("parameters").ifPresent(list -> list.items().forEach(item -> parameters.put(
                item.get("name").map(YamlTree::text).orElse(""), item.get("value").map(YamlTree::text).orElse(""))));
        template.get("parameters").ifPresent(list -> list.items().forEach(item -> {
            String parameter = item.get("name").map(YamlTree::text).orElse("");
            boolean required = item.get("required").map(value -> !value.text().equals("false")).orElse(true);
            if (required && !parameters.containsKey(parameter)) {
                faults.stop(Rule.ROUTE_TEMPLATE, made.place(), "parameters",
                        "lacks '" + parameter + "', which the template " + name
                        + " needs", "Add - name: " + parameter);
            }
        }));
        String id = made.get("routeId").map(YamlTree::text).orElse("");
        add(FlowUnit.Kind.FROM_TEMPLATE, id, made, "routeTemplate", template, parameters);
    }

    private void byJava(String name, Map<String, String> parameters, Findings faults) {
        YamlTree template = templates.get(name);
        if (template == null) {
            if (faults.all().stream()
                    .noneMatch(fault -> fault.rule() == Rule.ROUTE_TEMPLATE && fault.key().equals(name))) {
                faults.stop(Rule.ROUTE_TEMPLATE,
                        new Place(files.isEmpty() ? "routes" : files.get(0).path().getParent().toString(), 1, 1),
                        name, "is in no file, and each entry of model_list becomes a route of that template",
                        "Put the shipped deployment.camel.yaml back");
            }
            return;
        }
        Map<String, String> all = new HashMap<>(defaults(template));
        all.putAll(parameters);
        add(FlowUnit.Kind.FROM_TEMPLATE, parameters.getOrDefault("routeId", ""), template, "routeTemplate", template,
                all);
    }

    private static Map<String, String> defaults(YamlTree template) {
        Map<String, String> defaults = new HashMap<>();
        template.get("parameters").ifPresent(list -> list.items().forEach(item -> item.get("defaultValue").ifPresent(
                value -> defaults.put(item.get("name").map(YamlTree::text).orElse(""), value.text()))));
        return defaults;
    }

    private String suggestion(String name) {
        return NearestKey.withinTwoLetters(name, templates.keySet()).map(near -> "Did you mean " + near + "?")
                .orElse("");
    }

    /** The routes and what belongs to all of them. */
    public List<FlowUnit> units() {
        return units;
    }

    /** The templates by their ids. */
    public Map<String, YamlTree> templates() {
        return templates;
    }

    /** The files. */
    public List<RouteFile> files() {
        return files;
    }

    /** The ids of the routes that are written in the files, in their order. */
    public List<String> routeIds() {
        return units.stream().filter(unit -> unit.kind() == FlowUnit.Kind.ROUTE).map(FlowUnit::id).toList();
    }

    /** The route of that id, if there is one. */
    public Optional<FlowUnit> route(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The id of the template of the route of that id; the route's own where it is written out. */
    public String templateOf(String routeId) {
        return route(routeId).filter(unit -> unit.kind() == FlowUnit.Kind.FROM_TEMPLATE)
                .flatMap(unit -> unit.tree().get("id")).map(YamlTree::text).orElse(routeId);
    }

    /** The route that begins with that {@code direct:} endpoint, if there is one. */
    public Optional<FlowUnit> consumerOf(String direct) {
        return units.stream().filter(unit -> unit.from().equals(direct)).findFirst();
    }
}
