package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A body that comes by gzip is read as if it had come plain, within the same limits; other codings are refused. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class GzipBodyTest {

    private static final String CHAT = RunningGateway.chat("only", false);

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("gateway.memory.bytes", "1300000", "gateway.request.max-bytes", "650000"));

    private HttpResponse<String> send(String coding, HttpRequest.BodyPublisher body) {
        return gateway.send(gateway.request("/v1/chat/completions", "Content-Encoding", coding)
                .header("Authorization", "Bearer " + RunningGateway.KEY).POST(body).build());
    }

    private static byte[] packed(String text) {
        return Replies.gzipped(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String large(int bytes) {
        return CHAT.replace("hi", "x".repeat(bytes));
    }

    @AfterEach
    void nothingIsLeftBehind() {
        await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip"})
    void aBodyByGzipGoesUpstreamPlain(String coding) {
        HttpResponse<String> answer = send(coding, BodyPublishers.ofByteArray(packed(CHAT)));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(CHAT.replace("only", "upstream-name"), upstream.last().text());
        assertEquals(null, upstream.last().headers().get("Content-Encoding"));
    }

    @Test
    void soDoesOneInPiecesWithoutALength() {
        byte[] body = packed(large(100_000));
        List<byte[]> pieces = List.of(Arrays.copyOf(body, 7), Arrays.copyOfRange(body, 7, body.length));
        HttpResponse<String> answer = send("gzip", BodyPublishers.ofByteArrays(pieces));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(large(100_000).length() + "upstream-name".length() - "only".length(),
                upstream.last().body().length);
    }

    @Test
    void identityIsNoCoding() {
        assertEquals(200, send("identity", BodyPublishers.ofString(CHAT)).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "zstd", "gzip, gzip", "nonsense"})
    void anotherCodingIs415AndSaysWhatIsRead(String coding) {
        HttpResponse<String> answer = send(coding, BodyPublishers.ofString(CHAT));
        assertEquals(415, answer.statusCode());
        assertTrue(answer.body().contains("unsupported_content_encoding") && answer.body().contains("gzip"),
                answer.body());
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""));
    }

    @Test
    void whatUnpacksToMoreThanABodyMayHaveIs413() {
        byte[] body = packed(large(5_000_000));
        assertTrue(body.length < 100_000);
        HttpResponse<String> answer = send("gzip", BodyPublishers.ofByteArray(body));
        assertEquals(413, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("larger than 650000 bytes"), answer.body());
    }

    @Test
    void whatUnpacksToMoreThanThereIsRoomForIs503() {
        byte[] noise = new byte[480_000];
        new Random(1).nextBytes(noise);
        String text = CHAT.replace("hi", Base64.getEncoder().encodeToString(noise));
        HttpResponse<String> answer = send("gzip", BodyPublishers.ofByteArray(packed(text)));
        assertEquals(503, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("gateway_busy"), answer.body());
    }

    @Test
    void whatIsNoGzipOrNotAllOfItIs400() {
        byte[] body = packed(CHAT);
        byte[] wrongSum = body.clone();
        wrongSum[body.length - 6] ^= 1;
        for (byte[] broken : List.of(CHAT.getBytes(StandardCharsets.UTF_8), Arrays.copyOf(body, body.length - 9),
                Arrays.copyOf(body, 5), wrongSum)) {
            HttpResponse<String> answer = send("gzip", BodyPublishers.ofByteArray(broken));
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("is not the gzip that its Content-Encoding says"), answer.body());
        }
        assertEquals(200, send("gzip", BodyPublishers.ofByteArray(body)).statusCode());
    }

    @Test
    void withoutTheKeyNothingIsUnpacked() {
        HttpResponse<String> answer = gateway.send(gateway.request("/v1/chat/completions", "Content-Encoding", "br")
                .POST(BodyPublishers.ofByteArray(packed(CHAT))).build());
        assertEquals(401, answer.statusCode());
    }
}
