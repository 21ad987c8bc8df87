package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;

/** The table of providers in the page on migration is the one that the gateway works by. */
class ProviderTableTest {

    private static final Path PAGE = Path.of("docs/migrate-from-litellm.md");
    private static final Path DRAWN = Path.of("target/providers.md");

    @Test
    void thePageHasTheTableOfTheCode() throws IOException {
        String table = Providers.all().stream().map(ProviderTableTest::row).collect(Collectors.joining("\n"));
        String page = Files.readAllLines(PAGE).stream().filter(line -> line.matches("\\| `[\\w-]+/` \\|.*"))
                .collect(Collectors.joining("\n"));
        Files.writeString(DRAWN, table + "\n");
        assertEquals(table, page, "the rows as they should be are in " + DRAWN);
    }

    private static String row(Provider provider) {
        String place = "not served";
        String key = "";
        if (provider.served()) {
            String base = provider.ownServer() ? "your server"
                    : "`" + provider.base().replaceAll("\\{(\\w+)=[^}]*}", "{$1}") + "`";
            place = base + (provider.baseFrom().isEmpty() ? "" : ", " + code(provider.baseFrom()));
            key = code(provider.keyFrom());
            key += provider.key() == Provider.Key.NONE ? (key.isEmpty() ? "" : ", ") + "not needed" : "";
            key += provider.key() == Provider.Key.API_KEY ? ", sent as `api-key`" : "";
        }
        return List.of("| `" + provider.name() + "/`", place, key, provider.limits()).stream()
                .collect(Collectors.joining(" | ")) + " |";
    }

    private static String code(List<String> names) {
        return names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(" or "));
    }
}
