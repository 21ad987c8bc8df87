package io.dromedary.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.settings.Settings;
import io.dromedary.yaml.YamlTree;

/**
 * Holds the keys of one section against the list of known ones: forms, misspellings, and settings that the gateway does
 * not have. A setting that restricts access, content or spend stops the start, unless the operator has listed it as
 * accepted.
 */
final class SectionCheck {

    /** What to write in place of a setting that is not here. */
    private static final Map<String, String> INSTEAD = Map.of(
            "max_retries", "Write num_retries, which is what counts here",
            "request_timeout", "Write timeout, in seconds",
            "rpm_limit", "Write rpm", "tpm_limit", "Write tpm",
            "duration", "Write expires, with the day from which the key is refused",
            "num_ctx", "Set it at Ollama: PARAMETER num_ctx in a Modelfile, or OLLAMA_CONTEXT_LENGTH",
            "keep_alive", "Set it at Ollama: OLLAMA_KEEP_ALIVE",
            "max_input_tokens", "Move it to model_info, where it counts",
            "base_model", "Move it to model_info, where clients can see it");

    private static final Pattern WHOLE = Pattern.compile("-?\\d+");

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
        for (Map.Entry<String, YamlTree> entry : tree.entries().entrySet()) {
            Optional<KnownKey> found = known.find(entry.getKey());
            if (found.isEmpty()) {
                unknown(tree.placeOfKey(entry.getKey()), entry.getKey(), known);
            } else {
                checkKnown(tree, found.get(), entry.getValue(), known);
            }
        }
    }

    /** Checks one key that is known. */
    void checkKnown(YamlTree tree, KnownKey key, YamlTree value, KnownKeys known) {
        switch (key.standing()) {
            case DATABASE -> needDatabase.add(known.path(key.name()));
            case ABSENT -> faults.warn(Rule.SETTING_SUPPORTED, tree.placeOfKey(key.name()), known.path(key.name()),
                    "the gateway does not have this setting, ignored", INSTEAD.getOrDefault(key.name(),
                    key.name().startsWith("supports_") ? "Move it to model_info, where it counts" : ""));
            case RESTRICTS -> restricts(tree.placeOfKey(key.name()), known.path(key.name()), value);
            case READ -> checkForm(tree, key, value, known);
        }
    }

    private void unknown(Place place, String key, KnownKeys known) {
        Optional<KnownKeys> right = known.rightSection(key);
        if (right.isEmpty()) {
            faults.warn(Rule.KNOWN_KEY, place, known.path(key), "unknown key, ignored", suggestion(key, known));
            return;
        }
        String section = words(right.get());
        switch (right.get().find(key).orElseThrow().standing()) {
            case READ -> faults.warn(Rule.KNOWN_KEY, place, known.path(key), "stands in the wrong section, ignored",
                    "Move it to " + section);
            case RESTRICTS -> faults.warn(Rule.KNOWN_KEY, place, known.path(key),
                    "restricts nothing here, neither in LiteLLM: it is a key of " + section, "");
            // To move it would be in vain.
            case DATABASE -> faults.warn(Rule.KNOWN_KEY, place, known.path(key),
                    "is a key of " + section + " that needs LiteLLM's database, ignored", "");
            case ABSENT -> faults.warn(Rule.KNOWN_KEY, place, known.path(key),
                    "is a key of " + section + ", and the gateway does not have this setting, ignored", "");
        }
    }

    private static String words(KnownKeys section) {
        return section == KnownKeys.TOP_LEVEL ? "the top level"
                : section == KnownKeys.LITELLM_PARAMS ? "litellm_params" : section.section();
    }

    private void restricts(Place place, String path, YamlTree value) {
        boolean off = value.isNull() || value.isScalar() && value.text().equalsIgnoreCase("false")
                || value.isList() && value.items().isEmpty();
        if (!off) {
            String name = path.substring(path.lastIndexOf('.') + 1);
            guard(place, path, List.of(name, path), "restricts access, content or spend, and the gateway does not "
                    + "enforce it");
        }
    }

    /**
     * Something that restricts and is not done here: it stops the start, unless the operator has accepted one of
     * {@code names}, the first of which is what to write.
     */
    void guard(Place place, String path, List<String> names, String problem) {
        if (names.stream().anyMatch(acceptedUnenforced::contains)) {
            faults.warn(Rule.RESTRICTION_ENFORCED, place, path, "is not enforced, as gateway.accept-unenforced says",
                    "");
        } else {
            faults.stop(Rule.RESTRICTION_ENFORCED, place, path, problem, "Remove it, or add " + names.get(0)
                    + " to gateway.accept-unenforced in application.properties (or to the environment variable "
                    + Settings.variable("gateway.accept-unenforced") + ")");
        }
    }

    private void checkForm(YamlTree tree, KnownKey key, YamlTree value, KnownKeys known) {
        if (value.isNull() || scalars.isReference(value)) {
            return;
        }
        boolean fits = switch (key.form()) {
            case FLAG_OR_TEXTS -> value.isScalar() ? ScalarReader.asBoolean(value.text()).isPresent()
                    : isTexts(value);
            case BOOL -> value.isScalar() && ScalarReader.asBoolean(value.text()).isPresent();
            case INT -> value.isScalar() && WHOLE.matcher(value.text()).matches();
            case NUMBER -> value.isScalar() && ScalarReader.asNumber(value.text()).isPresent();
            case TEXT -> value.isScalar();
            case LIST -> value.isList();
            case TEXTS -> isTexts(value);
            case MAP -> value.isMap();
            case ANY -> true;
        };
        if (fits && key.form() == KnownKey.Form.FLAG_OR_TEXTS && value.isList()) {
            faults.warn(Rule.VALUE_FORM, tree.placeOfKey(key.name()), known.path(key.name()),
                    "is a list: its names are never sent, as with additional_drop_params",
                    "Write additional_drop_params under litellm_params");
        }
        if (!fits) {
            faults.stop(Rule.VALUE_FORM, tree.placeOfKey(key.name()), known.path(key.name()), "has the wrong form",
                    "Write " + key.form().words());
        }
    }

    private static boolean isTexts(YamlTree value) {
        for (YamlTree item : value.items()) {
            if (!item.isScalar()) {
                return false;
            }
        }
        return value.isList();
    }

    private static String suggestion(String key, KnownKeys known) {
        return NearestKey.withinTwoLetters(key, known.suggestions()).map(near -> "Did you mean " + near + "?")
                .orElse("");
    }
}
