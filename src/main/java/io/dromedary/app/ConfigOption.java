package io.dromedary.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.dromedary.config.Environment;
import io.dromedary.settings.SettingFault;

/** Which configuration a command works on. */
final class ConfigFile {

    private ConfigFile() {
    }

    /**
     * The one that is named, else that of {@code CONFIG_FILE_PATH}, else the {@code litellm_config.yaml} or {@code config.yaml} of
     * {@code directory}.
     *
     * @param named {@code --config}, or null
     * @throws SettingFault if there is none
     */
    static Path find(Path named, Path directory, Environment environment) {
        if (named != null) {
            return named;
        }
        Optional<String> variable = environment.get("CONFIG_FILE_PATH");
        if (variable.isPresent()) {
            return Path.of(variable.get());
        }
        for (String name : List.of("litellm_config.yaml", "config.yaml")) {
            if (Files.isRegularFile(directory.resolve(name))) {
                return Path.of(name);
            }
        }
        throw new SettingFault("There is no litellm_config.yaml in " + directory.toAbsolutePath()
                + ". Name the file with --config, or try: dromedary demo");
    }
}
