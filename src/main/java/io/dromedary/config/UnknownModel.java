package io.dromedary.config;

import io.dromedary.catalogue.Catalogue;
import io.dromedary.fault.NearestKey;

/** The words for a name in the configuration that no deployment serves. */
final class UnknownModel {

    private UnknownModel() {
    }

    /** What to write instead of {@code name}. */
    static String mend(String name, Catalogue catalogue) {
        return NearestKey.nearest(name, catalogue.modelNames())
                .map(near -> "Did you mean " + near + "?")
                .orElse(catalogue.modelNames().isEmpty() ? "" : "Write one of: " + String.join(", ", catalogue.modelNames()));
    }
}
