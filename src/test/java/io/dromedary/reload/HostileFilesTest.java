package io.dromedary.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** A file of any kind that has no end, or stands for more than it is, changes nothing and is told, as any fault is. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileFilesTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(fixture.upstream()),
            Map.of("gateway.reload.watch", "false"), Map.of("own.camel.yaml", "- beans: []\n"));

    @BeforeAll
    void includeAFile() throws Exception {
        Files.writeString(gateway.home().resolve("more.yaml"), "model_list: []\n");
        Files.writeString(gateway.home().resolve("litellm_config.yaml"), "include: [more.yaml]\n",
                StandardOpenOption.APPEND);
        assertEquals(200, gateway.post("/reload", "").statusCode());
    }

    /** What takes the file's place. */
    enum Hostile {
        DEVICE("is a folder, a device or a pipe") {
            @Override
            void put(Path file) throws Exception {
                Files.createSymbolicLink(file, Path.of("/dev/zero"));
            }
        },
        PIPE("is a folder, a device or a pipe") {
            @Override
            void put(Path file) throws Exception {
                assertEquals(0, new ProcessBuilder("mkfifo", file.toString()).start().waitFor());
            }
        },
        LONG("longer than 3 MiB") {
            @Override
            void put(Path file) throws Exception {
                try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                    sparse.setLength(1L << 35);
                }
            }
        },
        ALIASES("holds more than 200000 values") {
            @Override
            void put(Path file) throws Exception {
                StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x]\n");
                for (int i = 1; i < 10; i++) {
                    text.append("a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d]\n".formatted(i, i, i - 1, i - 1, i - 1, i - 1,
                            i - 1));
                }
                Files.writeString(file, text);
            }
        },
        NOTHING_BUT_FAULTS("stands twice") {
            @Override
            void put(Path file) throws Exception {
                Files.writeString(file, "a: 1\n".repeat(90_000));
            }
        };

        private final String told;

        Hostile(String told) {
            this.told = told;
        }

        abstract void put(Path file) throws Exception;
    }

    @ParameterizedTest
    @CsvSource({"litellm_config.yaml, DEVICE", "litellm_config.yaml, PIPE", "litellm_config.yaml, LONG",
        "litellm_config.yaml, ALIASES", "litellm_config.yaml, NOTHING_BUT_FAULTS", "more.yaml, DEVICE",
        "more.yaml, PIPE", "more.yaml, LONG", "more.yaml, ALIASES", "routes/own.camel.yaml, DEVICE",
        "routes/own.camel.yaml, PIPE", "routes/own.camel.yaml, LONG", "routes/own.camel.yaml, ALIASES",
        "application.properties, DEVICE", "application.properties, PIPE", "application.properties, LONG"})
    void aFileWithoutAnEndChangesNothingAndIsTold(String name, Hostile hostile) throws Exception {
        Path file = gateway.home().resolve(name);
        byte[] good = Files.readAllBytes(file);
        Files.delete(file);
        try {
            hostile.put(file);
            HttpResponse<String> answer = gateway.post("/reload", "");
            assertEquals(422, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains(file.getFileName().toString()) && answer.body().contains(hostile.told),
                    answer.body());
            assertTrue(answer.body().length() < 300_000, "bounded: " + answer.body().length());
            assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
            String keyless = gateway.send(gateway.request("/health/readiness").build()).body();
            assertTrue(keyless.contains("not_reloaded") && keyless.contains("Ask with the key"), keyless);
            assertFalse(keyless.contains(file.getFileName().toString()), keyless);
        } finally {
            Files.delete(file);
            Files.write(file, good);
        }
        assertEquals(200, gateway.post("/reload", "").statusCode());
    }
}
