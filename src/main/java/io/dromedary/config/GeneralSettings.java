package io.dromedary.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.model.Catalogue;
import io.dromedary.yaml.YamlTree;

/** Reads {@code general_settings}: the key, the default models, the size limit. */
final class GeneralSettings {

    private static final String SECTION = "general_settings";
    private static final String MASTER_KEY = "LITELLM_MASTER_KEY";
    private static final long MEGABYTE = 1024L * 1024;

    private final Findings faults;
    private final Optional<YamlTree> section;
    private final Place fallbackPlace;
    private final String masterKey;
    private final Optional<String> keyHeader;
    private final Optional<String> completionModel;
    private final Optional<String> embeddingModel;
    private final OptionalLong maxRequestBytes;
    private final boolean asksStreamUsage;
    private final boolean masterMayCall;
    private final long parallel;
    private final long globalParallel;

    GeneralSettings(ConfigSource source, SectionCheck check, ScalarReader scalars, Findings faults,
            List<String> notes) {
        this.faults = faults;
        List<YamlTree> found = source.sections(SECTION, false);
        section = found.stream().filter(YamlTree::isMap).findFirst();
        fallbackPlace = source.files().get(0).place();
        section.ifPresent(tree -> check.check(tree, KnownKeys.GENERAL_SETTINGS));
        masterKey = readMasterKey(source, scalars);
        keyHeader = read(scalars, "litellm_key_header_name");
        completionModel = read(scalars, "completion_model");
        embeddingModel = read(scalars, "embedding_model");
        maxRequestBytes =
                section.flatMap(tree -> scalars.number(tree, "max_request_size_mb", path("max_request_size_mb")))
                .map(megabytes -> OptionalLong.of((long) (megabytes * MEGABYTE))).orElse(OptionalLong.empty());
        asksStreamUsage = section.flatMap(tree ->
                scalars.flag(tree, "always_include_stream_usage", path("always_include_stream_usage"))).orElse(false);
        masterMayCall = section.flatMap(tree ->
                scalars.flag(tree, "master_key_may_call", path("master_key_may_call"))).orElse(true);
        parallel = whole(scalars, "max_parallel_requests");
        globalParallel = whole(scalars, "global_max_parallel_requests");
        section.flatMap(tree ->
                scalars.flag(tree, "allow_requests_on_db_unavailable", path("allow_requests_on_db_unavailable")))
                .filter(Boolean::booleanValue)
                .ifPresent(on -> notes.add(path("allow_requests_on_db_unavailable")
                + " is accepted and opens nothing: every request needs the master key"));
    }

    /** LiteLLM starts open to everybody without a key; this gateway does not start. */
    private String readMasterKey(ConfigSource source, ScalarReader scalars) {
        String mend = "Write master_key: os.environ/LITELLM_MASTER_KEY under general_settings and set that variable";
        if (section.isPresent() && section.get().get("master_key").isPresent()) {
            Optional<String> key = scalars.text(section.get(), "master_key", path("master_key"));
            YamlTree written = section.get().get("master_key").get();
            String variable = scalars.isReference(written) ? ScalarReader.variableName(written) : null;
            return key.map(text -> usable(text, variable, section.get().placeOfKey("master_key"), mend)).orElse("");
        }
        Optional<String> fromEnvironment = scalars.variable(MASTER_KEY);
        Place place = section.map(YamlTree::place).orElse(fallbackPlace);
        if (fromEnvironment.isEmpty()) {
            faults.stop(Rule.REQUIRED_KEY, place, path("master_key"),
                    "is missing, and without it anybody could use your models", mend);
        }
        return fromEnvironment.map(text -> usable(text, MASTER_KEY, place, mend)).orElse("");
    }

    /** The key as clients can send it. */
    private String usable(String text, String variable, Place place, String mend) {
        String key = KeyText.of(text, variable, faults, place, path("master_key"));
        if (key.isEmpty()) {
            faults.stop(Rule.REQUIRED_KEY, place, path("master_key"), "is empty", mend);
        } else if (!KeyText.canBeSent(key)) {
            faults.stop(Rule.VALUE_FORM, place, path("master_key"),
                    "holds a line end or a character that no client can send in a header", "Make another key");
        }
        return key;
    }

    /** Where the section stands, if it is there. */
    Optional<Place> place() {
        return section.map(tree -> tree.get("master_key_may_call").isPresent()
                ? tree.placeOfKey("master_key_may_call") : tree.place());
    }

    private long whole(ScalarReader scalars, String key) {
        return section.filter(tree -> tree.get(key).filter(value -> !value.isNull()).isPresent())
                .map(tree -> scalars.whole(tree, key, path(key))).orElse(0L);
    }

    private Optional<String> read(ScalarReader scalars, String key) {
        return section.flatMap(tree -> scalars.text(tree, key, path(key))).filter(text -> !text.isBlank());
    }

    private static String path(String key) {
        return SECTION + "." + key;
    }

    /**
     * Faults for a default model that nobody serves.
     *
     * @param names the names of all entries, faulty ones included
     */
    void checkModels(Catalogue catalogue, Set<String> names) {
        checkModel(catalogue, names, "completion_model", completionModel);
        checkModel(catalogue, names, "embedding_model", embeddingModel);
    }

    private void checkModel(Catalogue catalogue, Set<String> names, String key, Optional<String> model) {
        model.filter(name -> catalogue.serving(name).isEmpty() && !names.contains(name))
                .ifPresent(name -> faults.stop(Rule.KNOWN_MODEL,
                section.get().placeOfKey(key), path(key), "names " + name + ", which is not in model_list",
                UnknownModelName.mend(name, catalogue)));
    }

    String masterKey() {
        return masterKey;
    }

    Optional<String> keyHeader() {
        return keyHeader;
    }

    Optional<String> completionModel() {
        return completionModel;
    }

    Optional<String> embeddingModel() {
        return embeddingModel;
    }

    OptionalLong maxRequestBytes() {
        return maxRequestBytes;
    }

    /** {@code always_include_stream_usage}. */
    boolean asksStreamUsage() {
        return asksStreamUsage;
    }

    /** {@code master_key_may_call}. */
    boolean masterMayCall() {
        return masterMayCall;
    }

    /** {@code max_parallel_requests}, of each deployment without its own; 0 for any number. */
    int parallel() {
        return (int) Math.min(Integer.MAX_VALUE, parallel);
    }

    /** {@code global_max_parallel_requests}, of all keys together; 0 for any number. */
    long globalParallel() {
        return globalParallel;
    }
}
