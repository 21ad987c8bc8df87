package io.dromedary.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.dromedary.findings.Finding;
import io.dromedary.findings.Findings;

/**
 * The variables that {@code os.environ/NAME} names: the real environment over the {@code .env} of the working
 * directory, both under {@code environment_variables} of the configuration, as LiteLLM has it. A variable that is set
 * to nothing counts as missing, so that {@code KEY=} in a file does not become an empty key.
 */
public final class Environment {

    private final Map<String, String> variables;
    private final List<Finding> findings;

    private Environment(Map<String, String> variables, List<Finding> findings) {
        this.variables = variables;
        this.findings = findings;
    }

    /** Exactly these variables. */
    public static Environment of(Map<String, String> variables) {
        return new Environment(new HashMap<>(variables), List.of());
    }

    /** The process's environment over {@code directory/.env}. */
    public static Environment ofProcess(Path directory) {
        return of(System.getenv(), directory);
    }

    /** {@code environment} over {@code directory/.env}, if there is one. */
    public static Environment of(Map<String, String> environment, Path directory) {
        Map<String, String> variables = new HashMap<>();
        Findings findings = new Findings();
        Path file = directory.resolve(".env");
        if (Files.isRegularFile(file)) {
            variables.putAll(DotEnv.read(file, environment, findings));
        }
        variables.putAll(environment);
        return new Environment(variables, findings.all());
    }

    /** What in {@code .env} cannot be read; nothing of it stops what does not need it. */
    List<Finding> findings() {
        return findings;
    }

    /** The value of {@code name}, unless it is missing or empty. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    /** Whether {@code name} is set, but to nothing, as {@code NAME=} in a {@code .env} that was copied does. */
    boolean isEmpty(String name) {
        return variables.getOrDefault(name, " ").isEmpty();
    }

    /** All variables, for the settings that they override. */
    public Map<String, String> asMap() {
        return Map.copyOf(variables);
    }

    /** This environment with {@code more} over it. */
    Environment with(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(variables);
        all.putAll(more);
        return new Environment(all, findings);
    }
}
