package io.dromedary.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import picocli.CommandLine.Option;

import io.dromedary.config.Environment;
import io.dromedary.settings.SettingFault;

/** Which configuration a command works on: the option that all of them have, and what stands in for it. */
public final class ConfigOption {

    private static final List<String> PLACES =
            List.of("litellm_config.yaml", "config.yaml", "config/litellm_config.yaml", "config/config.yaml");

    @Option(names = {ServeArguments.CONFIG_SHORT, ServeArguments.CONFIG}, paramLabel = "FILE",
            description = "The model list (else CONFIG_FILE_PATH, else litellm_config.yaml or config.yaml, here or in "
            + "config/)")
    private Path file;

    /**
     * The one that is named, else that of {@code CONFIG_FILE_PATH}, else the {@code litellm_config.yaml} or
     * {@code config.yaml} of the working directory, else that of its folder {@code config}. A container that was made
     * for LiteLLM has it at {@code /app/config.yaml}, which is the second; ours has the folder.
     *
     * @throws SettingFault if there is none
     */
    Path find(Environment environment) {
        return find(file, environment);
    }

    /** The file that the option names; null for none. */
    Path file() {
        return file;
    }

    /**
     * The same for an option that has been read elsewhere.
     *
     * @param named the file that it names; null for none
     * @throws SettingFault if there is none
     */
    static Path find(Path named, Environment environment) {
        if (named != null) {
            return named;
        }
        Optional<String> variable = environment.get("CONFIG_FILE_PATH");
        if (variable.isPresent()) {
            return Path.of(variable.get());
        }
        for (String name : PLACES) {
            Path place = Path.of(name);
            if (Files.isRegularFile(place)) {
                return place;
            }
            if (Files.isDirectory(place)) {
                throw new SettingFault(place.toAbsolutePath() + " is a folder, as Docker makes one where the file that "
                        + "is to be mounted is not there. Mount the file that is, or the folder it is in");
            }
        }
        throw new SettingFault("There is no configuration in " + Path.of("").toAbsolutePath() + ": no "
                + String.join(", no ", PLACES) + ". Name the file with --config, or try: dromedary demo");
    }
}
