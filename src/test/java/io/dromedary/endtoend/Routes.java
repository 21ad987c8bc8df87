package io.dromedary.endtoend;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The project's route files, for tests that change one as an integration team would. */
final class Routes {

    private Routes() {
    }

    static String read(String name) {
        try {
            return Files.readString(Path.of("routes", name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
