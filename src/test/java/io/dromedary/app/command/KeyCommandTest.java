package io.dromedary.app.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import io.dromedary.key.KeyHash;
import io.dromedary.settings.SettingFault;

/** Keys are made and rotated from the command line, which writes to no file. */
class KeyCommandTest {

    private static final List<String> LOG_LEVELS = List.of("dromedary.log.level", "dromedary.log.libraries");
    private static final String CONFIG = """
            virtual_keys:
              - {key_alias: shop, key: os.environ/SHOP_KEY, key_hash: %s}
              - {key_alias: literal, key: sk-secret-in-the-file-0000}
            """.formatted("1".repeat(64));

    @TempDir
    private Path folder;
    private Path config;
    private final StringWriter out = new StringWriter();
    private Exception thrown;

    @BeforeEach
    void write() throws IOException {
        config = Files.writeString(folder.resolve("c.yaml"), CONFIG);
    }

    @AfterEach
    void logsAsBefore() {
        LOG_LEVELS.forEach(System::clearProperty);
    }

    private int run(String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(new ServeCommand()).setOut(new PrintWriter(out)).setErr(new PrintWriter(out))
                .setExecutionExceptionHandler((exception, line, parsed) -> {
                    thrown = exception;
                    return 1;
                }).execute(arguments);
    }

    private String keyOf(String printed) {
        return printed.lines().filter(line -> line.startsWith("sk-")).findFirst().orElseThrow();
    }

    @Test
    void aNewKeyIsPrintedOnceWithTheEntryThatHasItsHash() throws IOException {
        assertEquals(0, run("key", "new", "web", "--config", config.toString()));
        String key = keyOf(out.toString());
        assertTrue(key.matches("sk-[A-Za-z0-9_-]{43}"), key);
        assertTrue(out.toString().endsWith("  - key_alias: web\n    key: sha256:" + KeyHash.of(key) + "\n"),
                out.toString());
        assertEquals(out.toString().indexOf(key), out.toString().lastIndexOf(key));
        assertEquals(0, run("key", "new", "web: 'a'", "--config", config.toString()));
        assertTrue(out.toString().contains("key_alias: \"web: 'a'\"\n"), out.toString());
        assertFalse(keyOf(out.toString()).equals(key));
        assertEquals(CONFIG, Files.readString(config));
    }

    @Test
    void anAliasThatIsThereGetsAnotherValueOnlyBesideTheOldOne() {
        assertEquals(1, run("key", "new", "shop", "--config", config.toString()));
        assertInstanceOf(SettingFault.class, thrown);
        assertTrue(thrown.getMessage().contains("c.yaml:2 already"), thrown.getMessage());
        assertEquals("", out.toString());
        assertEquals(0, run("key", "new", "shop", "--rotate", "--config", config.toString()));
        assertTrue(out.toString().endsWith("    key: [sha256:" + KeyHash.of(keyOf(out.toString()))
                + ", os.environ/SHOP_KEY, sha256:" + "1".repeat(64) + "]\n"), out.toString());
        assertEquals(0, run("key", "new", "literal", "--rotate", "--config", config.toString()));
        assertFalse(out.toString().contains("sk-secret"), "a key of the file is not repeated");
        assertEquals(1, run("key", "new", "nobody", "--rotate", "--config", config.toString()));
        assertTrue(thrown.getMessage().startsWith("There is no key nobody"), thrown.getMessage());
    }

    @Test
    void anAliasThatIsNoNameIsRefused() {
        for (String alias : new String[] {"master", "None", "", "a\nb", "x".repeat(101)}) {
            assertEquals(1, run("key", "new", alias, "--config", config.toString()), alias);
        }
    }

    @Test
    void aKeyFromTheStandardInputIsHashed() {
        InputStream before = System.in;
        try {
            System.setIn(new ByteArrayInputStream("sk-1\n".getBytes(StandardCharsets.UTF_8)));
            assertEquals(0, run("key", "hash"));
            assertEquals("sha256:" + KeyHash.of("sk-1") + "\n", out.toString());
            for (String bad : new String[] {"", "two words", "x".repeat(9000)}) {
                System.setIn(new ByteArrayInputStream(bad.getBytes(StandardCharsets.UTF_8)));
                assertEquals(1, run("key", "hash"));
            }
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void aListOfLiteLlmsKeysIsPrintedAsEntriesAndWhatIsLeftOutBesideThem() throws IOException {
        Path list = Files.writeString(folder.resolve("keys.json"), """
                {"keys": [{"token": "%s", "key_alias": "shop", "rpm_limit": 60, "spend": 1.5, "metadata": {"a": "b"}}]}
                """.formatted("1".repeat(64)));
        assertEquals(0, run("import", list.toString()));
        assertTrue(out.toString().startsWith("""
                virtual_keys:
                  - key_alias: "shop"
                    key_hash: "sha256:%s"
                    rpm_limit: 60
                    metadata: {"a":"b"}
                """.formatted("1".repeat(64))), out.toString());
        assertTrue(out.toString().contains("  spend: is not taken over"), out.toString());
        Files.writeString(list, "{\"keys\": [");
        assertEquals(1, run("import", list.toString()));
        assertTrue(thrown.getMessage().contains("is no JSON"), thrown.getMessage());
        Files.writeString(list, "{\"data\": 1}");
        assertEquals(1, run("import", list.toString()));
        assertTrue(thrown.getMessage().contains("is no list of LiteLLM's keys"), thrown.getMessage());
    }
}
