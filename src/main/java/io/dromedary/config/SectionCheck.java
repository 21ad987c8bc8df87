package io.dromedary.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Holds the keys of one section against the list of known ones: forms, misspellings, and settings that the gateway does
 * not have. A setting that restricts access, content or spend stops the start, unless the operator has listed it as
 * accepted.
 */
final class SectionCheck {

    private final Findings faults;
    private final ScalarReader scalars;
    private final List<String> acceptedUnenforced;
    private final List<String> needDatabase = new ArrayList<>();

    SectionCheck(Findings faults, ScalarReader scalars, List<String> acceptedUnenforced) {
        this.faults = faults;
        this.scalars = scalars;
        this.acceptedUnenforced = acceptedUnenforced;
    }

    /** The database settings met so far, to be told once in one line. */
    List<String> needDatabase() {
        return needDatabase;
    }

    /** Checks every key of {@code tree}; keys that nobody knows are told as unknown. */
    void check(YamlTree tree, KnownKeys known) {
        tree.entries().forEach((key, value) -> {
            Optional<KnownKey> found = known.find(key);
            if (found.isEmpty()) {
                faults.warn(Rule.KNOWN_KEY, tree.placeOfKey(key), known.path(key), "unknown key, ignored",
                        suggestion(key, known));
            } else {
                checkKnown(tree, found.get(), value, known);
            }
        });
    }

    /** Checks one key that is known. */
    void checkKnown(YamlTree tree, KnownKey key, YamlTree value, KnownKeys known) {
        Place place = tree.placeOfKey(key.name());
        switch (key.standing()) {
            case DATABASE -> needDatabase.add(known.path(key.name()));
            case ABSENT -> faults.warn(Rule.SETTING_SUPPORTED, place, known.path(key.name()),
                    "the gateway does not have this setting, ignored", "");
            case RESTRICTS -> restricts(place, known.path(key.name()), value);
            case READ -> checkForm(place, key, value, known);
        }
    }

    private void restricts(Place place, String path, YamlTree value) {
        if (value.isNull() || value.isScalar() && value.text().equalsIgnoreCase("false")) {
            return;
        }
        String name = path.substring(path.lastIndexOf('.') + 1);
        if (acceptedUnenforced.contains(name) || acceptedUnenforced.contains(path)) {
            faults.warn(Rule.RESTRICTION_ENFORCED, place, path, "is not enforced, as gateway.accept-unenforced says",
                    "");
        } else {
            faults.stop(Rule.RESTRICTION_ENFORCED, place, path,
                    "restricts access, content or spend, and the gateway does not enforce it",
                    "Remove it, or add " + name + " to gateway.accept-unenforced in application.properties");
        }
    }

    private void checkForm(Place place, KnownKey key, YamlTree value, KnownKeys known) {
        if (value.isNull() || scalars.isReference(value)) {
            return;
        }
        boolean fits = switch (key.form()) {
            case BOOL -> value.isScalar() && ScalarReader.asBoolean(value.text()).isPresent();
            case INT -> value.isScalar() && value.text().matches("-?\\d+");
            case NUMBER -> value.isScalar() && ScalarReader.asNumber(value.text()).isPresent();
            case TEXT -> value.isScalar();
            case LIST -> value.isList();
            case TEXTS -> value.isList() && value.items().stream().allMatch(YamlTree::isScalar);
            case MAP -> value.isMap();
            case ANY -> true;
        };
        if (!fits) {
            faults.stop(Rule.VALUE_FORM, place, known.path(key.name()), "has the wrong form",
                    "Write " + key.form().words());
        }
    }

    private static String suggestion(String key, KnownKeys known) {
        return NearestKey.nearest(key, known.names()).map(near -> "Did you mean " + near + "?").orElse("");
    }
}
