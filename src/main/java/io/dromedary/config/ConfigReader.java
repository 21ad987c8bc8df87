package io.dromedary.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.key.AccessRules;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.RedisAddress;
import io.dromedary.model.Secret;
import io.dromedary.model.UnservedModels;
import io.dromedary.settings.Settings;

/**
 * Reads LiteLLM's configuration and checks all of it before anything is used. All faults are told at once. What does
 * not belong to the file itself (whether an upstream can be reached, whether a key is right) is not looked at.
 */
public final class ConfigReader {

    private final List<String> acceptedUnenforced;
    private final boolean refusesUnserved;

    /**
     * @param acceptedUnenforced settings that restrict and that the operator knows are not enforced here
     * @param refusesUnserved    whether an entry that cannot be served stops the start
     */
    public ConfigReader(List<String> acceptedUnenforced, boolean refusesUnserved) {
        this.acceptedUnenforced = List.copyOf(acceptedUnenforced);
        this.refusesUnserved = refusesUnserved;
    }

    /** One for these tunables. */
    public static ConfigReader of(Settings settings) {
        return new ConfigReader(settings.list("gateway.accept-unenforced"),
                settings.text("gateway.unserved").equals("refuse"));
    }

    /**
     * Reads {@code file}.
     *
     * @param environment where {@code os.environ/NAME} is looked up
     * @throws FilesRejected with all faults, if there is one with which the gateway must not start
     */
    public GatewayConfig read(Path file, Environment environment) {
        Findings faults = new Findings();
        faults.addAll(environment.findings());
        ConfigSource source = ConfigSource.read(file, faults);
        if (source.files().isEmpty()) {
            throwIfAny(faults);
        }
        Environment all = source.environment(environment);
        ScalarReader scalars = new ScalarReader(faults, all);
        SectionCheck sections = new SectionCheck(faults, scalars, acceptedUnenforced);
        source.files().forEach(tree -> sections.check(tree, KnownKeys.TOP_LEVEL));

        List<String> notes = new ArrayList<>();
        GeneralSettings general = new GeneralSettings(source, sections, scalars, faults, notes);
        RoutingSettings routing = new RoutingSettings(source, sections, scalars, faults);
        ModelEntries entries = new ModelEntries(faults, scalars, sections, notes,
                routing.parallel() > 0 ? routing.parallel() : general.parallel(),
                routing.keepAliveSeconds(), routing.alwaysDropped());
        List<Deployment> deployments = entries.read(source.sections("model_list", true), routing.dropParameters());
        if (source.sections("model_list", true).stream().allMatch(list -> list.items().isEmpty())) {
            faults.stop(Rule.REQUIRED_KEY, new Place(file.toString(), 1, 1), "model_list", "names no model",
                    "Add an entry with a model_name; models that were added in LiteLLM's UI are in its database, "
                    + "which is not read");
        }
        tell(entries.left(), refusesUnserved || deployments.isEmpty(), faults);
        Catalogue catalogue = new Catalogue(deployments, routing.aliases(), routing.fallbacks());
        routing.checkTargets(catalogue, entries.names());
        general.checkModels(catalogue, entries.names());
        AccessRules access = new AccessReader(faults, general, routing, entries, catalogue)
                .read(source.sections("virtual_keys", true), sections, scalars);
        if (!sections.needDatabase().isEmpty()) {
            notes.add("Ignored, since they need LiteLLM's database: " + String.join(", ", sections.needDatabase()));
        }
        Optional<RedisAddress> redis = new RedisSection(source, scalars, faults).read();
        Map<String, Long> hedgeAfterMs = routing.hedgeAfterMs(catalogue);
        throwIfAny(faults);
        return new GatewayConfig(all, new Secret(general.masterKey()), general.keyHeader(),
                general.completionModel(), general.embeddingModel(), general.maxRequestBytes(),
                general.asksStreamUsage(), routing.forwardsTrace(),
                milliseconds(routing.timeoutSeconds()), milliseconds(routing.streamTimeoutSeconds()),
                routing.strategy(), routing.retryRules(), hedgeAfterMs, routing.preCallChecks(),
                routing.cooldownRules(), catalogue, access, redis,
                unserved(entries.left()), faults.warnings(), List.copyOf(notes));
    }

    /** Each entry that is left with its reason; a variable that several of them need is told once. */
    private static void tell(List<ModelEntries.Left> left, boolean stops, Findings faults) {
        Map<String, List<ModelEntries.Left>> byReason = new LinkedHashMap<>();
        for (ModelEntries.Left entry : left) {
            Finding why = entry.why().why();
            boolean variable = why.rule() == Rule.VARIABLE_SET || why.rule() == Rule.REQUIRED_KEY;
            byReason.computeIfAbsent(why.key() + why.problem() + (variable ? "" : why.place()),
                    reason -> new ArrayList<>()).add(entry);
        }
        byReason.values().forEach(entries -> {
            String also = entries.stream().skip(1)
                    .map(entry -> entry.group() + " (" + entry.place().file() + ":" + entry.why().why().place().line()
                    + ")").collect(Collectors.joining(", "));
            entries.get(0).why().tell(faults, stops, also.isEmpty() ? "" : ", as with " + also);
        });
    }

    private static UnservedModels unserved(List<ModelEntries.Left> left) {
        return new UnservedModels(left.stream().map(entry -> new UnservedModels.Entry(entry.group(),
                entry.why().reason(), entry.place().file() + ":" + entry.place().line())).toList());
    }

    private static void throwIfAny(Findings faults) {
        if (faults.anyStops()) {
            throw new FilesRejected(faults.all());
        }
    }

    /** Seconds, as LiteLLM writes them, in ms. */
    static OptionalLong milliseconds(Optional<Double> seconds) {
        return seconds.map(value -> OptionalLong.of(Math.round(value * 1000))).orElse(OptionalLong.empty());
    }
}
