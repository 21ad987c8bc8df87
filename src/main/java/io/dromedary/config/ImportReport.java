package io.dromedary.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * What becomes of each key of a LiteLLM configuration, in the order of its lines. Nothing is changed, and no variable
 * needs to be set.
 */
public final class ImportReport {

    /** What becomes of a key. */
    public enum Fate {
        /** It does what it does in LiteLLM. */
        CARRIES_OVER,
        /** It is read, and does something else. */
        DIFFERS,
        /** Nothing becomes of it. */
        IGNORED,
        /** The gateway does not start with it. */
        STOPS
    }

    /**
     * One key.
     *
     * @param key  its full name
     * @param note what it does, or why nothing becomes of it
     */
    public record Line(Place place, String key, Fate fate, String note) {
    }

    private final List<Line> lines = new ArrayList<>();

    private ImportReport() {
    }

    /**
     * Reads {@code file} and what it includes.
     *
     * @throws FilesRejected if one of them cannot be read as YAML
     */
    public static List<Line> of(Path file, List<String> acceptedUnenforced) {
        Findings faults = new Findings();
        ConfigSource source = ConfigSource.read(file, faults);
        if (faults.anyStops()) {
            throw new FilesRejected(faults.all());
        }
        ImportReport report = new ImportReport();
        source.files().forEach(report::top);
        report.stops(file, acceptedUnenforced, source);
        return report.lines.stream().sorted(Comparator.<Line, String>comparing(line -> line.place().file())
                .thenComparingInt(line -> line.place().line()).thenComparingInt(line -> line.place().column()))
                .toList();
    }

    private void top(YamlTree tree) {
        section(tree, KnownKeys.TOP_LEVEL);
        tree.get("model_list").ifPresent(list -> list.items().forEach(entry -> {
            section(entry, KnownKeys.MODEL);
            entry.get("litellm_params").ifPresent(params -> section(params, KnownKeys.LITELLM_PARAMS));
        }));
        for (KnownKeys keys : List.of(KnownKeys.LITELLM_SETTINGS, KnownKeys.ROUTER_SETTINGS,
                KnownKeys.GENERAL_SETTINGS)) {
            tree.get(keys.section()).ifPresent(section -> section(section, keys));
        }
    }

    private void section(YamlTree tree, KnownKeys known) {
        tree.entries().keySet().forEach(name -> {
            Place place = tree.placeOfKey(name);
            String path = known.path(name);
            Optional<KnownKey> key = known.find(name);
            if (key.isEmpty()) {
                lines.add(known == KnownKeys.LITELLM_PARAMS
                        ? new Line(place, path, Fate.CARRIES_OVER,
                        "A default: sent upstream where the client sends none.")
                        : new Line(place, path, Fate.IGNORED, "No key that is known."));
                return;
            }
            switch (key.get().standing()) {
                case DATABASE -> lines.add(new Line(place, path, Fate.IGNORED, "It needs LiteLLM's database."));
                case ABSENT -> lines.add(
                        new Line(place, path, Fate.IGNORED, "The gateway does not have this setting."));
                case RESTRICTS -> { } // told by the check, which looks at its value
                case READ -> lines.add(new Line(place, path, KeyNotes.differs(path) ? Fate.DIFFERS : Fate.CARRIES_OVER,
                        KeyNotes.of(path).orElse("")));
            }
        });
    }

    /** What the check says would keep the gateway from starting, but for variables, which are another machine's. */
    private void stops(Path file, List<String> acceptedUnenforced, ConfigSource source) {
        Findings faults = new Findings();
        List<Finding> found;
        try {
            found = new ConfigReader(acceptedUnenforced).read(file, AnyVariable.environment(source)).warnings();
        } catch (FilesRejected e) {
            found = e.faults();
        }
        faults.addAll(found);
        for (Finding fault : faults.all()) {
            if (fault.stops()) {
                lines.removeIf(line -> line.place().equals(fault.place()) && line.key().equals(fault.key()));
                lines.add(new Line(fault.place(), fault.key(), Fate.STOPS,
                        fault.problem() + (fault.mend().isEmpty() ? "" : ". " + fault.mend())));
            } else if (fault.rule() == Rule.RESTRICTION_ENFORCED) {
                lines.add(new Line(fault.place(), fault.key(), Fate.IGNORED, fault.problem()));
            }
        }
    }
}
