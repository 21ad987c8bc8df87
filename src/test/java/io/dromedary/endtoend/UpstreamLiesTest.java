package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Line;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Whatever an upstream says of itself, the client gets a whole answer: from the next deployment if need be. */
@Timeout(60)
class UpstreamLiesTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream().says("from the cloud");
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud),
            Map.of("gateway.timeout.response", "600",
            "gateway.timeout.first-token", "600", "gateway.timeout.idle", "400", "gateway.timeout.body", "400",
            "gateway.answer.max-bytes", "1000000",
            "gateway.stream.max-event-bytes", "100000", "gateway.stream.hold-bytes", "100000"));

    @FunctionalInterface
    interface Lie {
        void tell(Line line) throws Exception;
    }

    private static Arguments named(String name, Lie lie) {
        return Arguments.of(Named.of(name, lie));
    }

    static Stream<Arguments> plainLies() {
        String answer = Replies.chat("half");
        return Stream.of(
                named("a length that is too long",
                line -> line.raw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + answer).hangUp()),
                named("a length that is too short",
                line -> line.raw("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n" + answer)),
                named("no content", line -> line.raw("HTTP/1.1 204 No Content\r\n\r\n")),
                named("a switch of protocols",
                line -> line.raw("HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n").awaitClosed()),
                named("a chunk of 64 bits", line ->
                line.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx").awaitClosed()),
                named("a chunk of more", line ->
                line.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1FFFFFFFFFFFFFFFF\r\nx").awaitClosed()),
                named("a chunk that is none",
                line -> line.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n").awaitClosed()),
                named("a head that never ends", line -> {
                    line.raw("HTTP/1.1 200 OK\r\n");
                    for (int i = 0; i < 100_000; i++) {
                        line.raw("X-" + i + ": " + "y".repeat(100) + "\r\n");
                    }
                }),
                named("a head that stops", line -> line.raw("HTTP/1.1 200 OK\r\nContent-Le").awaitClosed()),
                named("no HTTP at all", line -> line.raw("SSH-2.0-OpenSSH_9.2\r\n").awaitClosed()),
                named("an answer without a head", line -> line.raw(answer).hangUp()),
                named("a bomb", line -> {
                    byte[] bomb = Replies.gzipped(new byte[50_000_000]);
                    line.raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Type: "
                            + "application/json\r\nContent-Length: " + bomb.length
                            + "\r\n\r\n").raw(bomb);
                }),
                named("an encoding that nobody asked for", line ->
                line.raw("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: "
                + "5\r\n\r\n\u0001\u0002\u0003\u0004\u0005")),
                named("gzip that is none",
                line -> line.raw("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello")));
    }

    @ParameterizedTest
    @MethodSource("plainLies")
    void aPlainAnswerThatIsNotWhatItSaysIsNoAnswer(Lie lie) {
        local.does((request, line) -> lie.tell(line));
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("from the cloud"), answer.body());
    }

    static Stream<Arguments> streamLies() {
        return Stream.of(
                named("an event without end", line -> {
                    line.streamHead();
                    for (int i = 0; i < 200; i++) {
                        line.chunk(i == 0 ? "data: \"" : "x".repeat(10_000));
                    }
                }),
                named("a bomb", line -> line.streamHead("Content-Encoding: gzip")
                .chunk(Replies.gzipped(new byte[50_000_000]))
                .endOfChunks()),
                named("a page", line -> line.whole(200, "text/html", "<html>Sign in</html>")),
                named("JSON that is no completion", line -> line.json(200, "{\"status\":\"ok\"}")),
                named("nothing", line -> line.streamHead().endOfChunks()));
    }

    @ParameterizedTest
    @MethodSource("streamLies")
    void aStreamThatIsNoneIsNoAnswer(Lie lie) {
        local.does((request, line) -> lie.tell(line));
        String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true)).body();
        assertTrue(answer.contains("from the cloud") && answer.endsWith("data: [DONE]\n\n"), answer);
    }

    @Test
    void anInterimAnswerComesBeforeTheRealOne() {
        local.does((request, line) ->
                line.raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n")
                .json(200, Replies.chat("the real one")));
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).body()
                .contains("the real one"));
    }

    @Test
    void anOldServerEndsItsAnswerByHangingUp() {
        local.does((request, line) ->
                line.raw("HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n" + Replies.chat("old")).hangUp());
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).body().contains("old"));
        local.does((request, line) ->
                line.raw(("HTTP/1.0 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: " + Replies.chunk("old")
                + "\n\ndata: " + Replies.finish() + "\n\ndata: [DONE]\n\n").getBytes(StandardCharsets.UTF_8)).hangUp());
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", true)).body()
                .endsWith("data: [DONE]\n\n"));
    }

    @Test
    void trailersAreRead() {
        local.does((request, line) -> line.streamHead("Trailer: X-T").event(Replies.chunk("a")).event(Replies.finish())
                .event("[DONE]")
                .raw("0\r\nX-T: 1\r\n\r\n"));
        for (int i = 0; i < 3; i++) {
            assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", true)).body()
                    .endsWith("data: [DONE]\n\n"));
        }
    }

    @Test
    void aConnectionWhoseAnswerIsStillToComeIsNobodyElses() throws Exception {
        java.util.concurrent.CountDownLatch other = new java.util.concurrent.CountDownLatch(1);
        local.does((request, line) -> {
            if (request.text().contains("slow")) {
                line.raw("HTTP/1.1 102 Processing\r\n\r\n");
                other.await();
                line.json(200, Replies.chat("for the slow one"));
            } else {
                line.json(200, Replies.chat("for the other"));
            }
        });
        try (io.dromedary.harness.RawClient slow = new io.dromedary.harness.RawClient(gateway.port())) {
            slow.post("/v1/chat/completions", RunningGateway.chat("local", false).replace("hi", "slow"));
            org.awaitility.Awaitility.await().until(() -> local.posts().size() == 1);
            assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).body()
                    .contains("for the other"));
            other.countDown();
            assertTrue(slow.readUntil("}}").contains("for the slow one"));
        }
        assertEquals(2, local.connections());
    }

    @Test
    void anUpstreamThatSwitchesProtocolsIsNoAnswer() {
        local.does((request, line) ->
                line.raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nnonsense"));
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).body()
                .contains("from the cloud"));
    }
}
