package io.dromedary.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/** Whether an id stands for one route and for one step: Camel refuses two of the same, and a log line must mean one. */
final class IdCheck {

    private final Findings faults;
    private final Map<String, Place> routes = new HashMap<>();
    private final Map<String, Place> steps = new HashMap<>();

    private IdCheck(Findings faults) {
        this.faults = faults;
    }

    /** Adds what it finds to {@code faults}. */
    static void check(FlowMap flow, Findings faults) {
        IdCheck check = new IdCheck(faults);
        Set<YamlTree> templates = new HashSet<>();
        for (FlowUnit unit : flow.units()) {
            if (!unit.id().isEmpty()) {
                check.note(check.routes, unit.id(), unit.place(), "routes");
            }
            // The ids of a template's steps get the route's prefix; it is looked at once.
            boolean template = unit.kind() == FlowUnit.Kind.FROM_TEMPLATE;
            if (!template || templates.add(unit.tree())) {
                check.walk(unit.tree(), template ? new HashMap<>() : check.steps, true);
            }
        }
    }

    private void note(Map<String, Place> known, String id, Place place, String what) {
        Place first = known.putIfAbsent(id, place);
        if (first != null) {
            faults.stop(Rule.UNIQUE_ROUTE_ID, place, "id", id + " is the id of two " + what + ", first in " + first,
                    "Give one another id");
        }
    }

    private void walk(YamlTree tree, Map<String, Place> known, boolean top) {
        if (!top) {
            tree.get("id").filter(YamlTree::isScalar).ifPresent(id -> note(known, id.text(), id.place(), "steps"));
        }
        tree.entries().forEach((key, value) -> {
            if (!key.equals("parameters") && !key.equals("properties")) {
                walk(value, known, false);
            }
        });
        tree.items().forEach(item -> walk(item, known, false));
    }
}
