package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.OtherClassPath;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * {@code camel run . --dev} in the checkout serves the same routes with the same sources, and edits of them.
 */
@Tag("long")
@Timeout(400)
class CamelRunIT {

    @TempDir
    private Path checkout;

    private void copy(String... names) throws IOException {
        for (String name : names) {
            try (Stream<Path> files = Files.walk(Path.of(name))) {
                for (Path file : files.toList()) {
                    Path target = checkout.resolve(file.toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else {
                        Files.createDirectories(target.getParent());
                        Files.copy(file, target);
                    }
                }
            }
        }
    }

    @Test
    void theCheckoutRunsUnderCamelsCommandLineAndTakesEditsWithoutARestart() throws Exception {
        try (FakeUpstream local = FakeUpstream.start();
                FakeUpstream cloud = FakeUpstream.start()
                        .does((request, line) -> line.json(200, Replies.chat("from the cloud")))) {
            running(local, cloud, (port, log) -> takesEdits(port, log, local, cloud), "--dev");
        }
    }

    private interface Use {
        void of(int port, Path log) throws Exception;
    }

    /** {@code camel run .} in the copied checkout, until {@code use} has ended. */
    private void running(FakeUpstream local, FakeUpstream cloud, Use use, String... options) throws Exception {
        int port = PackagedGateway.freePort();
        copy("routes", "src/main/java", "src/main/resources", "application.properties", "pom.xml", "demo",
                "compose.yaml");
        Path log = checkout.resolve("../camel-run-" + port + ".log");
        Files.writeString(Files.createDirectories(checkout.resolve("config")).resolve("litellm_config.yaml"),
                RunningGateway.localAndCloud(local, cloud));
        Path properties = checkout.resolve("application.properties");
        Files.writeString(properties,
                Files.readString(properties).replace("camel.server.port=4000", "camel.server.port=" + port));
        List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java", "-cp",
                OtherClassPath.of("camel-cli") + ":" + Path.of("target/test-classes").toAbsolutePath(),
                CamelCli.class.getName(), "run", ".",
                "--kamelets-version=4.18.0"));
        command.addAll(List.of(options));
        ProcessBuilder builder = new ProcessBuilder(command).directory(checkout.toFile()).redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY));
        Process camel = builder.start();
        try {
            Awaitility.await().atMost(Duration.ofSeconds(180)).until(
                    () -> Files.readString(log).contains("HTTP endpoints summary") || !camel.isAlive());
            assertTrue(camel.isAlive(), () -> read(log));
            use.of(port, log);
        } finally {
            camel.destroy();
            camel.waitFor(30, TimeUnit.SECONDS);
            camel.destroyForcibly();
            Files.delete(log);
        }
    }

    /**
     * An edit and its correction are served, a broken file changes nothing, and every other route answers as before.
     */
    private void takesEdits(int port, Path log, FakeUpstream local, FakeUpstream cloud) throws Exception {
        Path router = checkout.resolve("routes/model-router.camel.yaml");
        String before = Files.readString(router);
        Files.writeString(router, withBranch(before, "Nine to five."));
        awaitOpeningHours(port, "Nine to five.");
        Files.writeString(router, withBranch(before, "Never.").replace("    from:\n", "    frm:\n"));
        Awaitility.await().atMost(Duration.ofSeconds(30))
                .until(() -> Files.readString(log).contains("Unsupported field: frm"));
        assertTrue(ask(port, "opening-hours").contains("Nine to five."));
        Files.writeString(router, withBranch(before, "Ten to six."));
        awaitOpeningHours(port, "Ten to six.");
        serves(port, local, cloud);
    }

    private static String withBranch(String router, String words) {
        return router.replace("            when:\n", """
                            when:
                              - id: is-opening-hours
                                expression:
                                  simple:
                                    expression: ${exchangeProperty.model} == 'opening-hours'
                                steps:
                                  - setBody:
                                      expression:
                                        constant:
                                          expression: '%s'
                                  - process:
                                      ref: answer
                """.formatted(Replies.chat(words)));
    }

    private static void awaitOpeningHours(int port, String words) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> ask(port, "opening-hours").contains(words));
    }

    private static String ask(int port, String model) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat(model, false))).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    private static String read(Path log) {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void serves(int port, FakeUpstream local, FakeUpstream cloud) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("local", false)));
        assertTrue(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body().contains("hello"));
        java.util.concurrent.CountDownLatch seen = new java.util.concurrent.CountDownLatch(1);
        local.does((asked, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            seen.await();
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(port)) {
            client.post("/v1/chat/completions", RunningGateway.chat("local", true)).readUntil("begun");
            seen.countDown();
            client.readUntil("data: [DONE]\n\n");
        }
        local.close();
        assertTrue(http.send(request.build(), HttpResponse.BodyHandlers.ofString()).body().contains("from the cloud"));
        HttpResponse<String> refused = http.send(request.setHeader("Authorization", "Bearer wrong").build(),
                HttpResponse.BodyHandlers.ofString());
        assertEquals(401, refused.statusCode());
        assertTrue(refused.body().contains("invalid_api_key"));
    }
}
