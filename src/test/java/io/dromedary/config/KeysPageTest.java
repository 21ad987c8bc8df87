package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/** docs/keys.md has each field that an entry of {@code virtual_keys} may have. */
class KeysPageTest {

    @Test
    void thePageHasEachFieldOfAnEntry() throws IOException {
        KnownKeys known = KnownKeys.VIRTUAL_KEY;
        String rows = known.names().stream().map(known::get)
                .filter(key -> key.standing() == KnownKey.Standing.READ)
                .map(key -> "| `" + key.name() + "` | " + key.form().name().toLowerCase(Locale.ROOT) + " | "
                        + key.note() + " |").sorted().collect(Collectors.joining("\n"));
        Path drawn = Files.createDirectories(Path.of("target/docs")).resolve("keys.txt");
        Files.writeString(drawn, rows + "\n");
        String told = Files.readString(Path.of("docs/keys.md")).lines().filter(line -> line.startsWith("| `key")
                || known.names().stream().anyMatch(name -> line.startsWith("| `" + name + "` | "))).sorted()
                .collect(Collectors.joining("\n"));
        assertEquals(rows, told, "the rows as they should be are in " + drawn);
    }
}
