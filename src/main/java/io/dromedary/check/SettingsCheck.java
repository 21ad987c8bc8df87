package io.dromedary.check;

import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

import io.dromedary.config.Environment;
import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;
import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.settings.KnownSettings;
import io.dromedary.settings.SettingPlaces;
import io.dromedary.settings.Settings;

/**
 * Whether the tunables are all there, known and of the right form, wherever their values come from. Camel checks its
 * own {@code camel.*} by itself, when it starts.
 */
final class SettingsCheck {

    private final Path file;
    private final SettingPlaces places;
    private final Findings faults;

    private SettingsCheck(Path file, SettingPlaces places, Findings faults) {
        this.file = file;
        this.places = places;
        this.faults = faults;
    }

    /** Adds what it finds to {@code faults}; the beans that the file defines ({@code camel.beans.*}) are returned. */
    static Set<String> check(Path file, Environment environment, Findings faults) {
        try {
            new FileReading().text(file);
        } catch (UnreadableFile e) {
            faults.stop(Rule.FILE_READABLE, new Place(file.toString(), 1, 1), "file", e.getMessage(),
                    "Put the shipped application.properties there");
            return Set.of();
        }
        Settings settings = Settings.fromFile(file, environment.asMap());
        SettingsCheck check = new SettingsCheck(file, SettingPlaces.of(file, settings), faults);
        check.values(settings, environment);
        return check.beans();
    }

    private void values(Settings settings, Environment environment) {
        for (String key : KnownSettings.names()) {
            if (settings.isThere(key)) {
                String mend = KnownSettings.mend(key, settings.text(key));
                if (!mend.isEmpty()) {
                    faults.stop(Rule.TUNABLE, place(key), key,
                            "is '" + settings.text(key) + "'" + from(key, environment), mend);
                }
            } else {
                faults.stop(Rule.TUNABLE, new Place(file.toString(), 1, 1), key, "is missing",
                        "Add it as the shipped file has it");
            }
        }
        for (String key : places.keys()) {
            if (key.startsWith("gateway.") && !KnownSettings.names().contains(key)) {
                faults.stop(Rule.TUNABLE, place(key), key, "is no tunable of the gateway",
                        NearestKey.withinTwoLetters(key, KnownSettings.names())
                        .map(near -> "Did you mean " + near + "?")
                        .orElse("Remove it"));
            }
        }
    }

    private static String from(String key, Environment environment) {
        String variable = Settings.variable(key);
        return System.getProperty(key) != null ? " (from -D" + key + ")"
                : environment.get(variable).isPresent() ? " (from the environment variable " + variable + ")" : "";
    }

    private Place place(String key) {
        return places.place(key).orElse(new Place(file.toString(), 1, 1));
    }

    private Set<String> beans() {
        Set<String> beans = new TreeSet<>();
        for (String key : places.keys()) {
            if (key.startsWith("camel.beans.")) {
                beans.add(key.substring("camel.beans.".length()).split("[.\\[]")[0]);
            }
        }
        return beans;
    }
}
