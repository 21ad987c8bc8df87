package io.dromedary.config;

import io.dromedary.findings.NearestKey;
import io.dromedary.model.Catalogue;

/** The words for a name in the configuration that no deployment serves. */
final class UnknownModelName {

    private UnknownModelName() {
    }

    /** What to write instead of {@code name}. */
    static String mend(String name, Catalogue catalogue) {
        return NearestKey.withinTwoLetters(name, catalogue.modelNames())
                .map(near -> "Did you mean " + near + "?")
                .orElse(catalogue.modelNames().isEmpty() ? "" : "Write one of: "
                + String.join(", ", catalogue.modelNames()));
    }
}
