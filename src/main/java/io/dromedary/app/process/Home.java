package io.dromedary.app.process;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

import io.dromedary.settings.SettingFault;

/**
 * The folder with {@code application.properties} and {@code routes/}: where the launcher says, else the working
 * directory.
 */
public final class Home {

    private Home() {
    }

    /**
     * The folder.
     *
     * @throws SettingFault if there is no {@code application.properties} in it
     */
    public static Path find() {
        Path home = Path.of(System.getProperty("dromedary.home", ""));
        if (!Files.isRegularFile(home.resolve("application.properties"))) {
            throw new SettingFault("There is no application.properties in " + home.toAbsolutePath()
                    + ". Start the gateway by bin/dromedary, or in its own folder");
        }
        return home;
    }

    /** The folder of what was shipped beside the libraries, under that name; it may not be there. */
    public static Path shipped(String name) {
        Path classes;
        try {
            classes = Path.of(Home.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        Path libraries = classes.toAbsolutePath().getParent();
        return libraries.resolveSibling(name);
    }
}
