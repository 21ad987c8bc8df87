package io.dromedary.config;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Reads scalars and resolves {@code os.environ/NAME}. A variable that is missing where its value is needed is a fault;
 * the value itself never gets into a message.
 */
final class ScalarReader {

    private static final String REFERENCE = "os.environ/";
    /** What shells and Compose expand, and neither LiteLLM nor the gateway does. */
    private static final Pattern SHELL_VARIABLE =
            Pattern.compile("\\$\\{([A-Za-z_]\\w*)[^}]*}|^\\$([A-Z_][A-Z0-9_]*)$");
    /** What looks like a reference and is none: {@code env/KEY}, {@code os.environ.KEY}, {@code os.getenv("KEY")}. */
    private static final Pattern OTHER_REFERENCE = Pattern.compile(
            "(?:env|environ|os\\.env|os\\.environ|os\\.getenv|process\\.env)[/.:(\\[]+"
            + "[\"']?([A-Z_][A-Z0-9_]*)[\"']?[)\\]]*");
    private static final Set<String> TRUE = Set.of("true", "yes", "on");
    private static final Set<String> FALSE = Set.of("false", "no", "off");

    private final Findings faults;
    private final Environment environment;

    ScalarReader(Findings faults, Environment environment) {
        this.faults = faults;
        this.environment = environment;
    }

    /** Whether the value is to be taken from a variable. */
    boolean isReference(YamlTree value) {
        return value.isScalar() && value.text().startsWith(REFERENCE);
    }

    /**
     * The text of {@code map[key]}, resolved; empty if it is not there, or if its variable is missing (told as a
     * fault).
     */
    Optional<String> text(YamlTree map, String key, String path) {
        YamlTree value = map.get(key).orElse(null);
        if (value == null || !value.isScalar()) {
            return Optional.empty();
        }
        // Nearly all texts: no place is made for a fault that there is not.
        return isReference(value) || mayLookLikeVariable(value.text()) ? resolve(value, map.placeOfKey(key), path)
                : Optional.of(value.text());
    }

    /** The text of one scalar, resolved. */
    Optional<String> resolve(YamlTree value, Place place, String path) {
        if (!isReference(value)) {
            checkLiteral(value.text(), place, path);
            return Optional.of(value.text());
        }
        String name = variableName(value);
        Optional<String> resolved = environment.get(name);
        if (resolved.isEmpty()) {
            faults.stop(Rule.VARIABLE_SET, place, path, missing(name), mend(name));
        }
        return resolved;
    }

    /**
     * The text of {@code map[key]}, resolved, for an entry that may be left out; empty if it is not there.
     *
     * @throws NotServed if its variable is not set
     */
    Optional<String> served(YamlTree map, String key, String path) throws NotServed {
        Optional<YamlTree> value = map.get(key).filter(YamlTree::isScalar).filter(scalar -> !scalar.isNull());
        if (value.isEmpty()) {
            return Optional.empty();
        }
        if (isReference(value.get()) && environment.get(variableName(value.get())).isEmpty()) {
            String name = variableName(value.get());
            throw new NotServed(Rule.VARIABLE_SET, map.placeOfKey(key), path, missing(name), mend(name));
        }
        return resolve(value.get(), map.placeOfKey(key), path);
    }

    /** Whether the value is to be taken from a variable that is set, but to nothing. */
    boolean isEmptyReference(YamlTree value) {
        return isReference(value) && environment.isEmpty(variableName(value));
    }

    /** The name of the variable of a value that {@link #isReference}. */
    static String variableName(YamlTree value) {
        return value.text().substring(REFERENCE.length());
    }

    private String missing(String name) {
        return "takes its value from the environment variable " + VariableName.told(name) + ", which is "
                + (environment.isEmpty(name) ? "empty" : "not set");
    }

    private static String mend(String name) {
        return "Set " + (VariableName.isFitToTell(name) ? name : "it") + " in the environment or in .env";
    }

    /** Whether {@link #checkLiteral} has anything to look at. */
    private static boolean mayLookLikeVariable(String text) {
        return text.indexOf('$') >= 0 || text.startsWith("env") || text.startsWith("os.")
                || text.startsWith("process.");
    }

    /** A key that is taken literally opens the gateway to everybody who can read the file. */
    private void checkLiteral(String text, Place place, String path) {
        Matcher shell = SHELL_VARIABLE.matcher(text);
        if (shell.find()) {
            String name = shell.group(1) == null ? shell.group(2) : shell.group(1);
            faults.stop(Rule.VALUE_FORM, place, path, "holds a shell variable, which is not expanded in this file",
                    "Write " + VariableName.reference(name) + " as the whole value");
        }
        Matcher other = OTHER_REFERENCE.matcher(text);
        if (other.matches()) {
            faults.stop(Rule.VALUE_FORM, place, path, "names a variable in a form that is not read, so the text itself "
                    + "would count", "Write os.environ/" + other.group(1));
        }
    }

    /** A variable by its name, where no key refers to it. */
    Optional<String> variable(String name) {
        return environment.get(name);
    }

    /** A number, from text or a variable. */
    Optional<Double> number(YamlTree map, String key, String path) {
        return text(map, key, path).flatMap(text -> {
            Optional<Double> number = asNumber(text).filter(value -> value >= 0);
            if (number.isEmpty()) {
                faults.stop(Rule.VALUE_FORM, map.placeOfKey(key), path, "is no number of 0 or more", "Write a number");
            }
            return number;
        });
    }

    /** A whole number of 0 or more; 0 if it is not there. */
    long whole(YamlTree map, String key, String path) {
        return number(map, key, path).map(Double::longValue).orElse(0L);
    }

    /** A boolean, from text or a variable. */
    Optional<Boolean> flag(YamlTree map, String key, String path) {
        return text(map, key, path).flatMap(text -> {
            Optional<Boolean> flag = asBoolean(text);
            if (flag.isEmpty()) {
                faults.stop(Rule.VALUE_FORM, map.placeOfKey(key), path, "is neither true nor false",
                        "Write true or false");
            }
            return flag;
        });
    }

    /** What YAML 1.1, which LiteLLM reads, takes for a boolean. */
    static Optional<Boolean> asBoolean(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return TRUE.contains(lower) ? Optional.of(true) : FALSE.contains(lower) ? Optional.of(false) : Optional.empty();
    }

    static Optional<Double> asNumber(String text) {
        try {
            double number = Double.parseDouble(text.trim());
            return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
