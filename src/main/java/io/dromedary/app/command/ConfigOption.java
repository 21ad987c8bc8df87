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

    @Option(names = {"-c", "--config"}, paramLabel = "FILE",
            description = "The model list (else CONFIG_FILE_PATH, else litellm_config.yaml here)")
    private Path file;

    /**
     * The one that is named, else that of {@code CONFIG_FILE_PATH}, else the {@code litellm_config.yaml} or
     * {@code config.yaml} of the working directory.
     *
     * @throws SettingFault if there is none
     */
    Path find(Environment environment) {
        if (file != null) {
            return file;
        }
        Optional<String> variable = environment.get("CONFIG_FILE_PATH");
        if (variable.isPresent()) {
            return Path.of(variable.get());
        }
        for (String name : List.of("litellm_config.yaml", "config.yaml")) {
            if (Files.isRegularFile(Path.of(name))) {
                return Path.of(name);
            }
        }
        throw new SettingFault("There is no litellm_config.yaml in " + Path.of("").toAbsolutePath()
                + ". Name the file with --config, or try: dromedary demo");
    }
}
