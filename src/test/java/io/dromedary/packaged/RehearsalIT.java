package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.app.rehearsal.Rehearsal;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RunningGateway;

/** What the gateway does when it has started, and that nobody notices. */
class RehearsalIT {

    private static final String DONE = "Rehearsed ";

    @TempDir
    private Path folder;
    private FakeUpstream upstream;

    @BeforeEach
    void configure() throws IOException {
        upstream = FakeUpstream.start();
        Files.writeString(folder.resolve("litellm_config.yaml"), "model_list:\n  - model_name: m\n    litellm_params: "
                + "{model: openai/m, api_base: '" + upstream.baseUrl() + "'}\ngeneral_settings: {master_key: "
                + RunningGateway.KEY + "}\n");
    }

    @AfterEach
    void end() {
        upstream.close();
    }

    private PackagedGateway gateway(int port, String cpu, String readiness) throws IOException {
        return PackagedGateway.run(folder, Map.of("PORT", String.valueOf(port), "HOST", "127.0.0.1",
                "GATEWAY_REHEARSAL_CPU", cpu, "GATEWAY_REHEARSAL_READINESS", readiness))
                .awaitOutput("Listening on http://127.0.0.1:" + port);
    }

    private static HttpResponse<String> get(int port, String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + RunningGateway.KEY).build());
    }

    private static HttpResponse<String> chat(int port) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("m", false))).build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void readinessWaitsForItAndNothingOfItIsToBeSeen() throws Exception {
        int port = PackagedGateway.freePort();
        try (PackagedGateway gateway = gateway(port, "3000", "true")) {
            assertEquals(200, get(port, "/health/liveliness").statusCode());
            Awaitility.await().atMost(Duration.ofSeconds(60))
                    .until(() -> get(port, "/health/readiness").statusCode() == 200);
            String log = gateway.output();
            assertTrue(log.contains(DONE) && !log.contains(DONE + "0 requests"), log);
            assertFalse(log.contains("POST ") || log.contains("failing") || log.contains("WARN"), log);
            assertTrue(upstream.received().isEmpty(), "no configured upstream is asked");
            assertEquals(200, chat(port).statusCode());
            assertTrue(get(port, "/health").body().contains("\"unhealthy_count\":0"));
            assertFalse(get(port, "/v1/models").body().contains("failing"));
        }
    }

    @Test
    void clientsAreServedMeanwhileAndItsEndIsTheGatewaysEnd() throws Exception {
        int port = PackagedGateway.freePort();
        try (PackagedGateway gateway = gateway(port, "600000", "false")) {
            assertEquals(200, get(port, "/health/readiness").statusCode());
            assertTrue(chat(port).body().contains("hello"));
            gateway.terminate();
            assertEquals(0, gateway.awaitExit());
            assertFalse(gateway.output().contains("rehearsal has failed"), gateway.output());
        }
    }

    @Test
    void oneSettingTurnsItOff() throws Exception {
        int port = PackagedGateway.freePort();
        try (PackagedGateway gateway = gateway(port, "0", "true")) {
            Awaitility.await().atMost(Duration.ofSeconds(60))
                    .until(() -> get(port, "/health/readiness").statusCode() == 200);
            assertEquals(200, chat(port).statusCode());
            gateway.terminate();
            assertEquals(0, gateway.awaitExit());
            assertFalse(gateway.output().contains(DONE), gateway.output());
        }
    }

    @Test
    void itWaitsWhileAClientsRequestIsInFlight() throws Exception {
        AtomicInteger clients = new AtomicInteger(1);
        AtomicInteger looks = new AtomicInteger();
        CountDownLatch over = new CountDownLatch(1);
        Path files = PackagedGateway.distribution().resolve("rehearsal");
        try (Rehearsal rehearsal = new Rehearsal(files, 2000, () -> {
            looks.incrementAndGet();
            return clients.get();
        }, () -> 0, over::countDown)) {
            rehearsal.start();
            // It looks every 20 ms; without a client, all of it would be over after far fewer looks in a row.
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> looks.get() > 200);
            assertEquals(1, over.getCount());
            clients.set(0);
            assertTrue(over.await(60, TimeUnit.SECONDS));
        }
    }

    @Test
    void whereClientsNeverLeaveItInPeaceItIsOverAfterItsTime() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        long begin = System.nanoTime();
        try (Rehearsal rehearsal = new Rehearsal(PackagedGateway.distribution().resolve("rehearsal"), 600_000,
                Duration.ofSeconds(1), () -> 1, () -> 0, over::countDown)) {
            rehearsal.start();
            assertTrue(over.await(60, TimeUnit.SECONDS), "readiness may wait for it");
        }
        assertTrue(System.nanoTime() - begin >= Duration.ofSeconds(1).toNanos(), "not before its time");
    }
}
