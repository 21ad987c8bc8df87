package io.dromedary.app.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import io.dromedary.app.process.Home;
import io.dromedary.check.Sources;
import io.dromedary.config.Environment;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.Settings;

/** The files that a command works on: those that a start here would serve, with others in their place. */
final class CommandFiles {

    private CommandFiles() {
    }

    /**
     * Finds them.
     *
     * @param others files that take the place of served ones
     * @param config which configuration, where none is among {@code others}
     * @throws SettingFault if a named file is not there, or there is no configuration
     */
    static Sources find(List<Path> others, ConfigOption config, Environment environment) {
        for (Path file : others) {
            if (!Files.exists(file)) {
                throw new SettingFault("There is no file " + file);
            }
        }
        Path home = Home.find();
        Path properties = shown(home.resolve("application.properties"));
        Path routes = home.resolve(routesFolder(properties, environment));
        Optional<Path> named = others.stream().filter(CommandFiles::isConfig).findFirst();
        Path model = named.isPresent() ? named.get() : config.find(environment);
        return Sources.of(properties, shown(routes), model).with(others);
    }

    private static boolean isConfig(Path file) {
        String name = file.getFileName().toString();
        return Files.isRegularFile(file) && !name.endsWith(".camel.yaml") && !name.endsWith(".properties");
    }

    /** The default where the tunables are wrong, which the check tells. */
    private static String routesFolder(Path properties, Environment environment) {
        return Settings.fromFile(properties, environment.asMap()).given("gateway.routes").orElse("routes");
    }

    /** As seen from the working directory, where that is shorter. */
    private static Path shown(Path file) {
        Path here = Path.of("").toAbsolutePath();
        Path absolute = file.toAbsolutePath().normalize();
        return absolute.startsWith(here) ? here.relativize(absolute) : absolute;
    }
}
