package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Speech, and events of other APIs than chat, go to the client as they come, and fail over until they have begun. */
@TestInstance(Lifecycle.PER_CLASS)
class PassedAnswerTest {

    private static final String SPEECH = "/v1/audio/speech";
    private static final String SAY = "{\"model\":\"local\",\"input\":\"hi\",\"voice\":\"alloy\"}";
    private static final String IMAGE = "{\"model\":\"local\",\"prompt\":\"a camel\",\"stream\":true}";
    private static final String PARTIAL = "{\"type\":\"image_generation.partial_image\",\"b64_json\":\"AA==\"}";
    private static final String AUDIO = "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud)
            .replace("general_settings", "router_settings: {disable_cooldowns: true}\ngeneral_settings"),
            Map.of("gateway.timeout.body", "700", "gateway.timeout.write", "60000"));

    @BeforeEach
    void cloudSpeaks() {
        cloud.does((request, line) -> line.raw(AUDIO).chunk("cloud").endOfChunks());
        local.received().clear();
        cloud.received().clear();
    }

    private HttpResponse<byte[]> speech() throws Exception {
        return HttpClient.newHttpClient().send(gateway.request(SPEECH)
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(SAY)).build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private void assertCloudSpoke() throws Exception {
        HttpResponse<byte[]> answer = speech();
        assertEquals("cloud", new String(answer.body(), StandardCharsets.UTF_8));
        assertEquals("cloud-id", answer.headers().firstValue("x-litellm-model-id").orElse(""));
    }

    @Test
    void speechIsHeardWhileTheUpstreamStillSpeaks() throws Exception {
        local.does((request, line) -> {
            line.raw(AUDIO).chunk("first");
            line.awaitClosed();
        });
        try (RawClient client = new RawClient(gateway.port()).post(SPEECH, SAY)) {
            String head = client.readUntil("\r\n\r\n");
            assertTrue(head.contains("Content-Type: audio/mpeg\r\n"), head);
            assertTrue(client.readUntil("first\r\n").startsWith("5\r\n"));
        }
        assertEquals("{\"model\":\"local-upstream\",\"input\":\"hi\",\"voice\":\"alloy\"}", local.last().text());
    }

    @Test
    void aLongSpeechIsByteForByteAndNotHeld() throws Exception {
        byte[] block = new byte[100_000];
        new Random(4711).nextBytes(block);
        long[] held = new long[1];
        local.does((request, line) -> {
            line.raw(AUDIO);
            for (int i = 0; i < 200; i++) {
                line.chunk(block);
                held[0] = Math.max(held[0], gateway.app().heldBytes());
            }
            line.endOfChunks();
        });
        byte[] heard = speech().body();
        assertEquals(200 * block.length, heard.length);
        for (int i = 0; i < 200; i++) {
            assertArrayEquals(block, Arrays.copyOfRange(heard, i * block.length, (i + 1) * block.length));
        }
        assertTrue(held[0] < 100_000, "held of 20 MB: " + held[0]);
    }

    @Test
    void aClientThatDoesNotReadHoldsItsUpstreamBack() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        local.does((request, line) -> {
            line.raw(AUDIO);
            byte[] block = new byte[64 * 1024];
            for (int i = 0; i < 1000; i++) {
                line.chunk(block);
                sent.incrementAndGet();
            }
        });
        try (RawClient client = RawClient.withSmallWindow(gateway.port()).post(SPEECH, SAY)) {
            client.readUntil("\r\n\r\n");
            await().pollDelay(Duration.ofMillis(200)).until(() -> {
                int before = sent.get();
                Thread.sleep(300);
                return before > 0 && before == sent.get();
            });
            assertTrue(sent.get() < 500, "blocks of 64 KiB sent into the void: " + sent.get());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", AUDIO + "0\r\n\r\n", AUDIO,
        "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 9\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: error\ndata: {\"message\":\"no\"}\n\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: {\"error\":{\"message\":\"no\"}}\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"error\":{\"message\":\"loading\"}}"})
    void whatFailsBeforeItsFirstBytesComesFromTheCloud(String answer) throws Exception {
        local.does((request, line) -> line.raw(answer).hangUp());
        assertCloudSpoke();
    }

    @Test
    void whatBreaksOffLaterBreaksOffForTheClientToo() throws Exception {
        local.does((request, line) -> line.raw(AUDIO).chunk("first").hangUp());
        try (LogLines log = LogLines.ofRequests()) {
            assertThrows(IOException.class, this::speech);
            String line = await().until(() -> log.lines().stream().map(Object::toString)
                    .filter(each -> each.contains(" " + SPEECH + " ")).findFirst().orElse(""), each -> !each.isEmpty());
            assertTrue(line.contains("failed=") && line.contains("status=200") && !line.contains("client-gone"), line);
        }
        assertTrue(cloud.posts().isEmpty());
    }

    @Test
    void whatFallsSilentBreaksOffWhenTheClockOfBodiesHasRunOut() throws Exception {
        local.does((request, line) -> line.raw(AUDIO).chunk("first").silentFor(10_000));
        try (RawClient client = new RawClient(gateway.port()).post(SPEECH, SAY)) {
            client.readUntil("first\r\n");
            assertEquals("", client.readAll());
        }
    }

    @Test
    void aClientThatLeavesEndsTheSpeech() throws Exception {
        boolean[] closed = new boolean[1];
        local.does((request, line) -> {
            line.raw(AUDIO).chunk("first");
            closed[0] = line.awaitClosed();
        });
        try (RawClient client = new RawClient(gateway.port()).post(SPEECH, SAY)) {
            client.readUntil("first\r\n");
            client.reset();
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> closed[0]);
    }

    @Test
    void eventsThatTheClientAskedForArePassedOnEachAsItComes() throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(PARTIAL);
            line.awaitClosed();
        });
        try (RawClient client = new RawClient(gateway.port()).post("/v1/images/generations", IMAGE)) {
            String head = client.readUntil("\r\n\r\n");
            assertTrue(head.contains("text/event-stream") && head.contains("no-cache"), head);
            client.readUntil("data: " + PARTIAL + "\n\n");
        }
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream,false", "text/plain,true"})
    void whatIsNeitherJsonNorAskedForIsNoAnswer(String type, boolean stream) {
        local.does((request, line) -> line.whole(200, type, "data: " + PARTIAL + "\n\n"));
        cloud.does((request, line) -> line.json(200, "{\"data\":[]}"));
        assertEquals("{\"data\":[]}", gateway.post("/v1/images/generations",
                IMAGE.replace("true", String.valueOf(stream))).body());
    }

    @Test
    void anImageWhoseStreamFailsAtItsBeginningComesFromTheCloud() {
        local.does((request, line) -> line.streamHead().event(Replies.error("out of memory", "server_error", "x"))
                .endOfChunks());
        cloud.does((request, line) -> line.streamHead().chunk("data: {\"type\":\"image_generation").chunk(
                ".completed\"}\n").chunk("\n").endOfChunks());
        HttpResponse<String> answer = gateway.post("/v1/images/generations", IMAGE);
        assertEquals("data: {\"type\":\"image_generation.completed\"}\n\n", answer.body());
        assertFalse(answer.headers().firstValue("Content-Length").isPresent());
    }
}
