package io.dromedary.check;

import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Whether the beans that steps call are defined, their classes are there, and these have the methods that are called.
 * No bean is made.
 */
final class BeanCheck {

    private static final String CLASS = "#class:";
    private static final Set<String> OF_ANY = Set.of("toString", "hashCode", "equals", "getClass");

    private final FlowMap flow;
    private final Findings faults;
    private final Set<String> known = new TreeSet<>();
    private final Map<String, Class<?>> classes = new HashMap<>();

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
                .forEach(ref -> check.reference(unit.filled(ref.name()), ref)));
    }

    private void definitions(YamlTree beans) {
        for (YamlTree bean : beans.items()) {
            Optional<String> name = bean.get("name").map(YamlTree::text);
            name.ifPresent(known::add);
            Optional<Class<?>> type = bean.get("type").flatMap(
                    text -> classOf(text.text().startsWith(CLASS) ? text.text() : CLASS + text.text(), text.place()));
            boolean made = List.of("builderClass", "builderMethod", "factoryBean", "factoryMethod", "script")
                    .stream().anyMatch(key -> bean.get(key).isPresent());
            if (name.isPresent() && type.isPresent() && !made) { // else the bean may be of another class
                classes.put(name.get(), type.get());
            }
        }
    }

    private void reference(String name, RouteParts.BeanRef ref) {
        if (name.startsWith(CLASS)) {
            classOf(name, ref.place()).ifPresent(type -> method(type, name, ref));
        } else if (!name.startsWith("#") && !name.contains("{{") && !known.contains(name)) {
            faults.stop(Rule.KNOWN_BEAN, ref.place(), "ref", "there is no bean called '" + name + "'",
                    NearestKey.withinTwoLetters(name, known)
                    .map(near -> "Did you mean " + near + "?").orElse("Define it under - beans:, or mend the name"));
        } else if (classes.containsKey(name)) {
            method(classes.get(name), name, ref);
        }
    }

    private void method(Class<?> type, String bean, RouteParts.BeanRef ref) {
        if (ref.method().isEmpty() || OF_ANY.contains(ref.method())) {
            return;
        }
        Set<String> methods = new TreeSet<>();
        try {
            for (Method method : type.getMethods()) {
                if (method.getDeclaringClass() != Object.class) {
                    methods.add(method.getName());
                }
            }
        } catch (LinkageError e) {
            return; // a class that it names is not there, which making the route tells
        }
        if (!methods.contains(ref.method())) {
            faults.stop(Rule.KNOWN_METHOD, ref.at(), "method", bean + " has no method " + ref.method(),
                    NearestKey.withinTwoLetters(ref.method(), methods).map(near -> "Did you mean " + near + "?")
                    .orElse("It has " + String.join(", ", methods)));
        }
    }

    private Optional<Class<?>> classOf(String reference, Place place) {
        String name = reference.substring(CLASS.length()).replaceAll("[#(?].*", "");
        try {
            return Optional.of(Class.forName(name, false, Thread.currentThread().getContextClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            faults.stop(Rule.KNOWN_CLASS, place, "type", "there is no class " + name,
                    "Put its jar into lib/, or mend the name");
            return Optional.empty();
        }
    }
}
