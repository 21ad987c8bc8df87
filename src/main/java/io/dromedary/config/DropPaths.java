package io.dromedary.config;

import java.util.List;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.json.NestedPaths;

/** Checks the names of {@code additional_drop_params}, which may be paths such as {@code tools[*].function.strict}. */
final class DropPaths {

    private DropPaths() {
    }

    /** {@code names}; none of them, and a fault, if one is a path of the wrong form. */
    static List<String> checked(List<String> names, Findings faults, Place place, String key) {
        try {
            NestedPaths.of(names);
            return List.copyOf(names);
        } catch (IllegalArgumentException e) {
            faults.stop(Rule.VALUE_FORM, place, key, e.getMessage(), "");
            return List.of();
        }
    }
}
