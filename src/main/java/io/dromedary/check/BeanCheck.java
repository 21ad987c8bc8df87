package io.dromedary.check;

import java.util.Set;
import java.util.TreeSet;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/** Whether the beans that steps call are defined, and whether their classes are there. No bean is made. */
final class BeanCheck {

    private static final String CLASS = "#class:";

    private final FlowMap flow;
    private final Findings faults;
    private final Set<String> known = new TreeSet<>();

    private BeanCheck(FlowMap flow, Set<String> bound, Findings faults) {
        this.flow = flow;
        this.faults = faults;
        known.addAll(bound);
    }

    /**
     * Adds what it finds to {@code faults}.
     *
     * @param bound beans that no route file defines: the gateway's own and those of {@code camel.beans.*}
     */
    static void check(FlowMap flow, Set<String> bound, Findings faults) {
        BeanCheck check = new BeanCheck(flow, bound, faults);
        flow.files().forEach(file -> file.tree().items()
                .forEach(item -> item.get("beans").ifPresent(check::definitions)));
        flow.units().forEach(unit -> unit.parts().beans()
                .forEach(ref -> check.reference(unit.filled(ref.name()), ref.place())));
    }

    private void definitions(YamlTree beans) {
        for (YamlTree bean : beans.items()) {
            bean.get("name").ifPresent(name -> known.add(name.text()));
            bean.get("type").ifPresent(
                    type -> classOf(type.text().startsWith(CLASS) ? type.text() : CLASS + type.text(), type.place()));
        }
    }

    private void reference(String name, Place place) {
        if (name.startsWith(CLASS)) {
            classOf(name, place);
        } else if (!name.startsWith("#") && !name.contains("{{") && !known.contains(name)) {
            faults.stop(Rule.KNOWN_BEAN, place, "ref", "there is no bean called '" + name + "'",
                    NearestKey.withinTwoLetters(name, known)
                    .map(near -> "Did you mean " + near + "?").orElse("Define it under - beans:, or mend the name"));
        }
    }

    private void classOf(String reference, Place place) {
        String name = reference.substring(CLASS.length()).replaceAll("[#(?].*", "");
        try {
            Class.forName(name, false, Thread.currentThread().getContextClassLoader());
        } catch (ClassNotFoundException | LinkageError e) {
            faults.stop(Rule.KNOWN_CLASS, place, "type", "there is no class " + name,
                    "Put its jar into lib/, or mend the name");
        }
    }
}
