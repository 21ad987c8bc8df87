package io.dromedary.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Rule;
import io.dromedary.settings.SettingPlaces;
import io.dromedary.yaml.YamlTree;

/**
 * Whether the properties are there that route files name in <code>{{...}}</code>. Camel tells one that is missing at
 * the first route that it is part of, which for a step of an interceptor is another file's.
 */
final class PlaceholderCheck {

    /** A name without a default, a {@code ?} that makes it optional, and a function such as {@code env:}. */
    private static final Pattern REQUIRED = Pattern.compile("(?<!\\\\)\\{\\{([\\w.-]+)}}");

    private final SettingPlaces settings;
    private final Findings faults;

    private PlaceholderCheck(SettingPlaces settings, Findings faults) {
        this.settings = settings;
        this.faults = faults;
    }

    /** Adds what it finds to {@code faults}. */
    static void check(List<RouteFile> files, SettingPlaces settings, Findings faults) {
        PlaceholderCheck check = new PlaceholderCheck(settings, faults);
        files.forEach(file -> file.tree().items().forEach(item -> item.entries().forEach((kind, value) ->
                check.walk(value, kind.equals("routeTemplate") ? parameters(value) : Set.of()))));
    }

    private static Set<String> parameters(YamlTree template) {
        Set<String> names = new HashSet<>();
        template.get("parameters").ifPresent(list -> list.items()
                .forEach(item -> item.get("name").ifPresent(name -> names.add(name.text()))));
        return names;
    }

    private void walk(YamlTree tree, Set<String> parameters) {
        if (tree.isScalar()) {
            text(tree, parameters);
        }
        tree.entries().values().forEach(value -> walk(value, parameters));
        tree.items().forEach(item -> walk(item, parameters));
    }

    private void text(YamlTree scalar, Set<String> parameters) {
        Matcher matcher = REQUIRED.matcher(scalar.text());
        while (matcher.find()) {
            String name = matcher.group(1);
            if (!parameters.contains(name) && !settings.isThere(name)) {
                Set<String> known = new TreeSet<>(parameters);
                settings.keys().forEach(known::add);
                faults.stop(Rule.KNOWN_PROPERTY, scalar.place(), name, "there is no property of that name",
                        NearestKey.withinTwoLetters(name, known).map(near -> "Did you mean " + near + "?")
                        .orElse("Add it to application.properties, or a value of its own: {{" + name + ":value}}"));
            }
        }
    }
}
