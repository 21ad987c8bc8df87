package io.dromedary.reload;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.app.serve.Gateway;
import io.dromedary.config.Environment;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/**
 * The configuration and the routes are in two folders that are mounted as Kubernetes mounts ConfigMaps: each file is a
 * link through {@code ..data}, which is exchanged in one step for a link to a new folder. Two such folders are never
 * exchanged together.
 */
@Timeout(60)
@DisabledOnOs(OS.WINDOWS)
class MountedFoldersTest {

    /** A branch that may stand behind the one for unknown models only for a model that there is. */
    private static final String OF_A_MODEL = """
                          - simple: ${exchangeProperty.model} == 'new'
                            steps:
                              - to:
                                  uri: direct
                                  parameters:
                                    name: attempt
            """;
    private static final String OTHERWISE = "            otherwise:\n";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final HttpClient http = HttpClient.newHttpClient();
    @TempDir
    private Path folder;
    private int versions;

    /** What the kubelet does with a ConfigMap, at first and after each change of it. */
    private void mount(Path at, Map<String, String> files) throws IOException {
        Files.createDirectories(at);
        Path data = at.resolve("..data");
        Path before = Files.exists(data) ? data.toRealPath() : null;
        Path now = Files.createDirectory(at.resolve("..2026_11_28_" + ++versions));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Files.writeString(now.resolve(file.getKey()), file.getValue());
        }
        Path link = Files.createSymbolicLink(at.resolve("..data_tmp"), now.getFileName());
        Files.move(link, data, StandardCopyOption.ATOMIC_MOVE);
        for (String file : files.keySet()) {
            if (!Files.isSymbolicLink(at.resolve(file))) {
                Files.createSymbolicLink(at.resolve(file), Path.of("..data", file));
            }
        }
        if (before != null) {
            try (Stream<Path> old = Files.list(before)) {
                for (Path file : old.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(before);
        }
    }

    private void mountConfig(String model) throws IOException {
        mount(folder.resolve("config"), Map.of("litellm_config.yaml", RunningGateway.single(upstream)
                .replace("model_name: only", "model_name: " + model)));
    }

    private void mountRoutes(boolean withBranch) throws IOException {
        Map<String, String> files = new HashMap<>();
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.toList()) {
                files.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        if (withBranch) {
            files.computeIfPresent("model-router.camel.yaml", (name, text) -> text.replace(OTHERWISE, OF_A_MODEL
                    + OTHERWISE));
        }
        mount(folder.resolve("routes"), files);
    }

    private Gateway start() throws Exception {
        mountConfig("old");
        mountRoutes(false);
        Files.copy(Path.of("application.properties"), folder.resolve("application.properties"));
        Gateway gateway = fixture.closing(new Gateway(folder, folder.resolve("config/litellm_config.yaml"),
                () -> Environment.of(Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY))));
        gateway.start("127.0.0.1", 0);
        return gateway;
    }

    private HttpResponse<String> send(Gateway gateway, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .header("Authorization", "Bearer " + RunningGateway.KEY);
        return http.send((body == null ? request : request.POST(HttpRequest.BodyPublishers.ofString(body))).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int status(Gateway gateway, String model) throws Exception {
        return send(gateway, "/v1/chat/completions", RunningGateway.chat(model, false)).statusCode();
    }

    private String notReloaded(Gateway gateway) throws Exception {
        String readiness = send(gateway, "/health/readiness", null).body();
        int at = readiness.indexOf("not_reloaded");
        return at < 0 ? "" : readiness.substring(at);
    }

    private static void within(Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(20)).until(condition);
    }

    @Test
    void aChangeOfEitherIsServed() throws Exception {
        Gateway gateway = start();
        assertEquals(200, status(gateway, "old"));
        mountConfig("new");
        within(() -> status(gateway, "new") == 200);
        assertEquals(404, status(gateway, "old"));
        mountRoutes(true);
        within(() -> send(gateway, "/health/readiness", null).body().contains("\"generation\":3"));
        assertEquals(200, status(gateway, "new"));
    }

    @Test
    void aPairThatDoesNotFitChangesNothingUntilTheOtherOneComes() throws Exception {
        Gateway gateway = start();
        mountRoutes(true);
        within(() -> notReloaded(gateway).contains("new is in no model_list"));
        assertEquals(200, status(gateway, "old"));
        mountConfig("new");
        within(() -> status(gateway, "new") == 200);
        assertEquals("", notReloaded(gateway));
        // And back, the configuration first.
        mountConfig("old");
        within(() -> notReloaded(gateway).contains("new is in no model_list"));
        assertEquals(200, status(gateway, "new"));
        mountRoutes(false);
        within(() -> status(gateway, "old") == 200);
        assertTrue(notReloaded(gateway).isEmpty());
    }
}
