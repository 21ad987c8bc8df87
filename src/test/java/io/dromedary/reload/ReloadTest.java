package io.dromedary.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A change of the files is served within two seconds, or changes nothing and is told. */
@Timeout(60)
class ReloadTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("gateway.reload.watch", "true", "gateway.shutdown.grace", "5000",
            "gateway.breaker.trickle", "0"));

    private Path config() {
        return gateway.home().resolve("litellm_config.yaml");
    }

    private void change(Path file, String before, String after) throws IOException {
        Files.writeString(file, Files.readString(file).replace(before, after));
    }

    private int status(String model) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat(model, false)).statusCode();
    }

    private String readiness() {
        return gateway.get("/health/readiness").body();
    }

    private void awaitGeneration(int generation) {
        Awaitility.await().atMost(10, TimeUnit.SECONDS)
                .until(() -> readiness().contains("\"generation\":" + generation));
    }

    @Test
    void aModelThatIsAddedIsServedAndOneThatIsTakenOutIsNot() throws Exception {
        assertEquals(404, status("other"));
        change(config(), "model_name: only", "model_name: other");
        awaitGeneration(2);
        assertEquals(200, status("other"));
        assertEquals(404, status("only"));
    }

    @Test
    void aFileThatIsWrittenByRenamingAndOneBehindAChangedLinkAreSeen() throws Exception {
        Path fresh = Files.writeString(gateway.home().resolve("fresh"),
                Files.readString(config()).replace(": only", ": renamed"));
        Files.move(fresh, config(), StandardCopyOption.ATOMIC_MOVE);
        awaitGeneration(2);
        assertEquals(200, status("renamed"));

        Path one = Files.createDirectory(gateway.home().resolve("one"));
        Path two = Files.createDirectory(gateway.home().resolve("two"));
        Files.writeString(one.resolve("c.yaml"), Files.readString(config()).replace(": renamed", ": one"));
        Files.writeString(two.resolve("c.yaml"), Files.readString(config()).replace(": renamed", ": two"));
        Path data = Files.createSymbolicLink(gateway.home().resolve("data"), one);
        Files.delete(config());
        Files.createSymbolicLink(config(), data.resolve("c.yaml"));
        awaitGeneration(3);
        assertEquals(200, status("one"));
        Path next = Files.createSymbolicLink(gateway.home().resolve("data-next"), two);
        Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
        awaitGeneration(4);
        assertEquals(200, status("two"));
    }

    @Test
    void aLivePageOutlivesAReloadAndEndsWithItsKey() throws Exception {
        try (RawClient page = new RawClient(gateway.port())) {
            page.send("GET /ui/api/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\n\r\n").readUntil("event: snapshot");
            change(config(), "model_name: only", "model_name: other");
            page.readUntil("\"generation\":2");
            String key = "sk-rotated-4711";
            change(config(), "master_key: os.environ/LITELLM_MASTER_KEY", "master_key: " + key);
            page.readUntil("\r\n0\r\n\r\n");
            assertEquals(401, gateway.get("/ui/api/live").statusCode());
            try (RawClient fresh = new RawClient(gateway.port())) {
                fresh.send("GET /ui/api/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\n\r\n")
                        .readUntil("event: tick");
            }
        }
    }

    @Test
    void anIncludedFileIsPartOfTheConfiguration() throws Exception {
        Path more = Files.writeString(gateway.home().resolve("more.yaml"), "model_list: []\n");
        change(config(), "general_settings", "include: [more.yaml]\ngeneral_settings");
        awaitGeneration(2);
        Files.writeString(more,
                "model_list:\n  - model_name: included\n    litellm_params: {model: openai/x, api_base: '"
                + upstream.baseUrl() + "'}\n");
        awaitGeneration(3);
        assertEquals(200, status("included"));
    }

    @Test
    void whatIsWrongChangesNothingAndIsToldWithFileAndLineUntilItIsMended() throws Exception {
        change(config(), "model: openai/upstream-name", "modle: openai/upstream-name");
        Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> readiness().contains("not_reloaded"));
        assertTrue(readiness().contains("litellm_config.yaml:3:"), readiness());
        String keyless = gateway.send(gateway.request("/health/readiness").build()).body();
        assertTrue(keyless.contains("not_reloaded") && !keyless.contains("litellm_config"), keyless);
        assertEquals(200, status("only"));
        change(config(), "modle: openai/upstream-name", "model: openai/upstream-name, temperature: 0.5");
        awaitGeneration(2);
        assertTrue(!readiness().contains("not_reloaded"), readiness());
        assertEquals(200, status("only"));
        assertTrue(upstream.last().text().contains("\"temperature\":0.5"), upstream.last().text());
    }

    @Test
    void aTunableThatIsMissingChangesNothing() throws Exception {
        change(gateway.home().resolve("application.properties"), "gateway.breaker.probe=models", "");
        String body = gateway.post("/reload", "").body();
        assertTrue(body.contains("reload_failed") && body.contains("gateway.breaker.probe: is missing"), body);
        assertTrue(readiness().contains("\"generation\":1") && readiness().contains("not_reloaded"), readiness());
        assertEquals(1, gateway.app().generationsAlive());
    }

    @Test
    void aRouteFileWithAFaultChangesNothingAndIsTold() throws Exception {
        Path router = gateway.home().resolve("routes/model-router.camel.yaml");
        String good = Files.readString(router);
        for (String bad : new String[] {good.replace("uri: direct", "uri: no-such-component"),
                good.replace("- choice:", "- chioce:"),
            good.replace("ref: unknownModel", "ref: noSuchBean")}) {
            Files.writeString(router, bad);
            String body = gateway.post("/reload", "").body();
            assertTrue(body.contains("reload_failed") && body.contains("Nothing was changed"), body);
            assertEquals(200, status("only"));
        }
        Files.writeString(router,
                good.replace("${exchangeProperty.served} == 'false'", "${exchangeProperty.model} == 'closed'"));
        assertEquals(200, gateway.post("/reload", "").statusCode());
        assertEquals(404, status("closed"));
    }

    @Test
    void aStreamOfAnEarlierGenerationRunsToItsEndAndThenThatGenerationIsGone() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            go.await();
            line.event(Replies.chunk("and ended")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
            change(config(), "model_name: only", "model_name: other");
            awaitGeneration(2);
            assertEquals(404, status("only"));
            assertEquals(2, gateway.app().generationsAlive());
            go.countDown();
            assertTrue(client.readUntil("data: [DONE]\n\n").contains("and ended"));
        }
        Awaitility.await().atMost(5, TimeUnit.SECONDS).until(() -> gateway.app().generationsAlive() == 1);
    }

    @Test
    void anOpenBreakerStaysOpen() throws Exception {
        upstream.refuses();
        for (int i = 0; i < 3; i++) {
            assertEquals(502, status("only"));
        }
        assertEquals(503, status("only"), "left alone");
        change(config(), "drop_params: true", "drop_params: false");
        awaitGeneration(2);
        assertEquals(503, status("only"), "still left alone");
    }

    @Test
    void theAnswerSaysWhenEachFileOfTheConfigurationWasLastChanged() throws Exception {
        Path more = Files.writeString(gateway.home().resolve("more.yaml"), "model_list: []\n");
        change(config(), "general_settings", "include: [more.yaml]\ngeneral_settings");
        Files.setLastModifiedTime(config(), FileTime.from(Instant.parse("2026-01-02T03:04:05.678Z")));
        Files.setLastModifiedTime(more, FileTime.from(Instant.parse("2025-01-02T03:04:05Z")));
        String body = gateway.post("/reload", "").body();
        assertTrue(body.contains("\"files\":[{\"file\":\"" + config() + "\",\"last_changed\":\"2026-01-02T03:04:05Z\"},"
                + "{\"file\":\"" + more + "\",\"last_changed\":\"2025-01-02T03:04:05Z\"}]"), body);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFileThatIsReadThroughAMountAndHasBeenReplacedSinceIsTold() throws Exception {
        Path mounted = Files.copy(config(), gateway.home().resolve("mounted-" + gateway.port() + ".yaml"));
        try (FileInputStream open = new FileInputStream(mounted.toFile())) {
            Path through;
            try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
                through = descriptors.filter(fd -> isTo(fd, mounted)).findFirst().orElseThrow();
            }
            Files.delete(mounted);
            Files.delete(config());
            // As a container that mounts a single file has it: the path leads to a file that no folder has any more.
            Files.createSymbolicLink(config(), through);
            String body = gateway.post("/reload", "").body();
            assertTrue(body.contains("is mounted as a single file, and another file has taken its place since"), body);
            assertTrue(open.available() > 0, "open until here");
        }
    }

    private static boolean isTo(Path descriptor, Path file) {
        try {
            return Files.readSymbolicLink(descriptor).equals(file);
        } catch (IOException e) {
            return false; // the one of the listing itself
        }
    }

    @Test
    void onlyWhoHasTheKeyReloadsAndOnlyByPost() {
        assertEquals(401, gateway.send(gateway.request("/reload").POST(HttpRequest.BodyPublishers.noBody()).build())
                .statusCode());
        assertEquals(405, gateway.get("/reload").statusCode());
        assertEquals(200, gateway.post("/reload", "").statusCode());
        assertTrue(readiness().contains("\"generation\":2"), readiness());
        assertEquals(2, gateway.send(gateway.request("/reload").method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "http://x").header("Access-Control-Request-Method", "POST").build())
                .statusCode() / 100);
    }

    @Test
    void aTunableIsTakenOverAndOneThatIsReadAtTheStartIsTold() throws Exception {
        change(gateway.home().resolve("application.properties"), "gateway.answer.api-base=false",
                "gateway.answer.api-base=true");
        change(gateway.home().resolve("application.properties"), "gateway.requests.max=4096", "gateway.requests.max=7");
        awaitGeneration(2);
        assertEquals(upstream.baseUrl(),
                gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).headers()
                .firstValue("x-litellm-model-api-base").orElse(""));
        change(gateway.home().resolve("application.properties"), "gateway.requests.max=7", "gateway.requests.max=8");
        String again = gateway.post("/reload", "").body();
        assertTrue(again.contains("gateway.requests.max has changed, which takes a restart"), again);
    }
}
