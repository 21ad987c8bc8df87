package io.dromedary.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

/** What the gateway rehearses on is what is shipped: a copy, since a team that builds an image has edited the rest. */
class RehearsalFilesTest {

    private static final Path COPY = Path.of("src/main/rehearsal");
    private static final String MEND = "cp routes/*.camel.yaml src/main/rehearsal/routes && cp application.properties "
            + "src/main/rehearsal";

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theCopyIsThatOfTheShippedFiles() throws IOException {
        assertEquals(names(Path.of("routes")), names(COPY.resolve("routes")), MEND);
        for (String name : names(Path.of("routes"))) {
            assertEquals(Files.readString(Path.of("routes", name)), Files.readString(COPY.resolve("routes")
                    .resolve(name)), name + ": " + MEND);
        }
        assertEquals(Files.readString(Path.of("application.properties")),
                Files.readString(COPY.resolve("application.properties")), MEND);
    }
}
