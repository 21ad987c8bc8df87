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
import io.dromedary.model.Deployment;
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
        /** Its entry of {@code model_list} is left out. */
        NOT_SERVED,
        /** The gateway does not start with it. */
        STOPS;

        /** Whether its author has to decide something. */
        public boolean needsDecision() {
            return this == STOPS || this == NOT_SERVED;
        }
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
    private Optional<GatewayConfig> config = Optional.empty();

    private ImportReport() {
    }

    /**
     * What becomes of a file.
     *
     * @param lines  key by key, in the order of the lines
     * @param starts whether a gateway would start with it, given the variables that it refers to
     * @param models how many models it names
     * @param served how many of them would be served; 0 where nothing starts
     */
    public record Outcome(List<Line> lines, boolean starts, int models, int served) {

        /** How many different keys have that fate. */
        public long keys(Fate fate) {
            return lines.stream().filter(line -> line.fate() == fate).map(Line::key).distinct().count();
        }

        /** How many lines wait for a decision: those that keep it from starting, or a model from being served. */
        public long decisions() {
            return lines.stream().filter(line -> line.fate().needsDecision()).count();
        }
    }

    /**
     * Reads {@code file} and what it includes.
     *
     * @param environment where a variable is looked up; one that is not set there passes for set
     * @throws FilesRejected if the file cannot be read as YAML
     */
    public static Outcome of(Path file, List<String> acceptedUnenforced, Environment environment) {
        Findings faults = new Findings();
        ConfigSource source = ConfigSource.read(file, faults);
        if (source.files().isEmpty()) {
            throw new FilesRejected(faults.all());
        }
        ImportReport report = new ImportReport();
        source.files().forEach(report::top);
        report.stops(file, acceptedUnenforced, source, environment);
        List<Line> sorted = report.lines.stream()
                .sorted(Comparator.<Line, String>comparing(line -> line.place().file())
                .thenComparingInt(line -> line.place().line()).thenComparingInt(line -> line.place().column()))
                .toList();
        int named = (int) source.sections("model_list", true).stream().flatMap(list -> list.items().stream())
                .flatMap(entry -> entry.get("model_name").stream()).map(YamlTree::text).distinct().count();
        return new Outcome(sorted, report.config.isPresent(), named, report.config.map(read ->
                (int) read.catalogue().deployments().stream().map(Deployment::group).distinct().count()).orElse(0));
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
        tree.get("litellm_settings").flatMap(settings -> settings.get("cache_params"))
                .ifPresent(params -> section(params, KnownKeys.CACHE_PARAMS));
    }

    private void section(YamlTree tree, KnownKeys known) {
        tree.entries().forEach((name, value) -> {
            Place place = tree.placeOfKey(name);
            String path = known.path(name);
            Optional<KnownKey> key = known.find(name);
            if (key.isEmpty()) {
                lines.add(known == KnownKeys.LITELLM_PARAMS && RequestParameters.isParameter(name)
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
                case READ -> {
                    boolean empty = value.isList() && value.items().isEmpty();
                    lines.add(new Line(place, path, key.get().differs() && !empty
                            ? Fate.DIFFERS : Fate.CARRIES_OVER, key.get().note()));
                }
            }
        });
    }

    /** What the check says would keep the gateway from starting, but for variables, which are another machine's. */
    private void stops(Path file, List<String> acceptedUnenforced, ConfigSource source, Environment environment) {
        Findings faults = new Findings();
        List<Finding> found;
        try {
            config = Optional.of(new ConfigReader(acceptedUnenforced, false)
                    .read(file, AnyVariable.environment(source, environment)));
            found = config.get().warnings();
        } catch (FilesRejected e) {
            found = e.faults();
        }
        faults.addAll(found);
        for (Finding fault : faults.all()) {
            String note = fault.problem() + (fault.mend().isEmpty() ? "" : ". " + fault.mend());
            if (fault.stops() || fault.rule() == Rule.MODEL_SERVED) {
                replace(fault, fault.stops() ? Fate.STOPS : Fate.NOT_SERVED, note);
            } else if (fault.rule() == Rule.RESTRICTION_ENFORCED || fault.rule() == Rule.SETTING_SUPPORTED
                    || fault.rule() == Rule.KNOWN_KEY) {
                replace(fault, Fate.IGNORED, note);
            } else {
                replace(fault, Fate.DIFFERS, note);
            }
        }
    }

    /**
     * The check's words on a key are about its value, so they take the place of those on the key; so do words on an
     * item of a list of callbacks, each of which is told.
     */
    private void replace(Finding fault, Fate fate, String note) {
        Optional<KnownKey> callback = CallbackCheck.keyOf(fault.key());
        lines.removeIf(line -> line.key().equals(fault.key()) && (line.place().equals(fault.place())
                || callback.isPresent() && line.note().equals(callback.get().note())
                && line.place().file().equals(fault.place().file())));
        lines.add(new Line(fault.place(), fault.key(), fate, note));
    }
}
