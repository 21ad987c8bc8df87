package io.dromedary.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;

import io.dromedary.files.FileReading;
import io.dromedary.files.UnreadableFile;

/**
 * The variables that {@code os.environ/NAME} names: the real environment over the {@code .env} of the working
 * directory, both under {@code environment_variables} of the configuration, as LiteLLM has it. A variable that is set
 * to nothing counts as missing, so that {@code KEY=} in a file does not become an empty key.
 */
public final class Environment {

    private final Map<String, String> variables;

    private Environment(Map<String, String> variables) {
        this.variables = variables;
    }

    /** Exactly these variables. */
    public static Environment of(Map<String, String> variables) {
        return new Environment(new HashMap<>(variables));
    }

    /**
     * The process's environment over {@code directory/.env}.
     *
     * @throws IllegalArgumentException if there is a {@code .env} that cannot be read
     */
    public static Environment ofProcess(Path directory) {
        Map<String, String> variables = new HashMap<>();
        Path file = directory.resolve(".env");
        if (Files.isRegularFile(file)) {
            try {
                new FileReading().text(file); // the library reads without a bound
                Dotenv dotenv = Dotenv.configure().directory(directory.toString()).load();
                for (DotenvEntry entry : dotenv.entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)) {
                    variables.put(entry.getKey(), entry.getValue());
                }
            } catch (UnreadableFile e) {
                throw new IllegalArgumentException(file + " " + e.getMessage() + ": write one NAME=value a line");
            } catch (DotenvException e) {
                // The library's message repeats the line, and a line of this file may be a key.
                throw new IllegalArgumentException(file + " cannot be read: write one NAME=value a line");
            }
        }
        variables.putAll(System.getenv());
        return new Environment(variables);
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
        return new Environment(all);
    }
}
