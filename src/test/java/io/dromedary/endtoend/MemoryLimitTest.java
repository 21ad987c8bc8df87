package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What the gateway holds in memory together is bounded; beyond it a 503, and nothing is left behind. */
@Timeout(60)
class MemoryLimitTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("gateway.memory.bytes", "300000"));

    private static String large(int bytes) {
        return RunningGateway.chat("only", false).replace("hi", "x".repeat(bytes));
    }

    private void assertBusy(HttpResponse<String> answer) {
        assertEquals(503, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("gateway_busy"), answer.body());
        assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
    }

    private void assertNothingHeld() {
        await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() == 0);
    }

    @Test
    void aBodyThatFitsIsServedAgainAndAgain() {
        for (int i = 0; i < 10; i++) {
            assertEquals(200, gateway.post("/v1/chat/completions", large(90_000)).statusCode());
        }
        assertNothingHeld();
    }

    @Test
    void aBodyIsRefusedThatCannotBePutTogether() {
        assertEquals(200, gateway.post("/v1/chat/completions", large(140_000)).statusCode());
        int asked = upstream.posts().size();
        for (int i = 0; i < 5; i++) {
            assertBusy(gateway.post("/v1/chat/completions", large(160_000)));
        }
        assertEquals(asked, upstream.posts().size());
        assertEquals(200, gateway.post("/v1/chat/completions", large(90_000)).statusCode());
        assertNothingHeld();
    }

    @Test
    void aLongBodyCountsOnceWhileItIsSentAndAnswered() {
        AtomicLong held = new AtomicLong();
        upstream.does((request, line) -> {
            held.set(gateway.app().heldBytes());
            line.json(200, Replies.chat("hello"));
        });
        assertEquals(200, gateway.post("/v1/chat/completions", large(140_000)).statusCode());
        assertTrue(held.get() >= 140_000 && held.get() < 160_000, held + " bytes");
        assertNothingHeld();
    }

    @Test
    void aLargeEventCountsAndIsToldAsTheStreamStands() {
        String large = Replies.chunk("x".repeat(120_000));
        upstream.does((request, line) -> line.streamHead().event(large).event("[DONE]").endOfChunks());
        for (int i = 0; i < 5; i++) {
            assertBusy(gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)));
        }
        upstream.does((request, line) -> line.streamHead().event(Replies.chunk("first")).event(large).event("[DONE]")
                .endOfChunks());
        for (int i = 0; i < 5; i++) {
            String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body();
            assertTrue(answer.contains("first") && answer.contains("gateway_busy") && !answer.contains("[DONE]"),
                    answer.substring(0, Math.min(answer.length(), 2000)));
        }
        upstream.does((request, line) -> line.streamHead().event(Replies.chunk("first"))
                .event(Replies.chunk("x".repeat(80_000))).event(Replies.chunk("x".repeat(80_000)))
                .event(Replies.finish()).event("[DONE]").endOfChunks());
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body()
                .endsWith("data: [DONE]\n\n"));
        assertNothingHeld();
    }

    @Test
    void aBodyForWhichThereIsNoRoomIs503() {
        assertBusy(gateway.post("/v1/chat/completions", large(400_000)));
        assertNothingHeld();
    }

    @Test
    void bodiesThatAreBeingUploadedCount() throws Exception {
        try (RawClient uploading = new RawClient(gateway.port())) {
            uploading.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + RunningGateway.KEY
                    + "\r\nContent-Length: 120001\r\n\r\n{" + " ".repeat(119_999));
            await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() >= 120_000);
            assertBusy(gateway.post("/v1/chat/completions", large(100_000)));
            assertEquals(200, gateway.send(gateway.request("/health/liveness").build()).statusCode());
        }
        assertNothingHeld();
        assertEquals(200, gateway.post("/v1/chat/completions", large(100_000)).statusCode());
    }

    @Test
    void whatWasAnnouncedAndHasNotComeDoesNotCount() throws Exception {
        try (RawClient first = new RawClient(gateway.port()); RawClient second = new RawClient(gateway.port())) {
            for (RawClient idle : java.util.List.of(first, second)) {
                idle.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                        + "\r\nContent-Length: 60000000\r\n\r\n{");
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() > 0);
            assertEquals(200, gateway.post("/v1/chat/completions", large(100_000)).statusCode());
        }
        assertNothingHeld();
    }

    @Test
    void whoHasNoKeyTakesNoMemory() throws Exception {
        try (RawClient preflight = new RawClient(gateway.port()); RawClient liveness = new RawClient(gateway.port());
                RawClient large = new RawClient(gateway.port())) {
            preflight.send("OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: x\r\nOrigin: http://a\r\n"
                    + "Access-Control-Request-Method: POST\r\nContent-Length: 60000\r\n\r\nx");
            liveness.send("POST /health/liveliness HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
                    + "chunked\r\n\r\n1\r\nx\r\n");
            large.send("OPTIONS /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 6000000\r\n\r\n");
            assertTrue(large.readUntil("}}").startsWith("HTTP/1.1 413"));
            assertEquals(200, gateway.post("/v1/chat/completions", large(130_000)).statusCode());
            assertTrue(preflight.readUntil("\r\n\r\n").startsWith("HTTP/1.1 204"));
        }
        assertNothingHeld();
    }

    @Test
    void aBodyWithoutALengthCountsAsItIsRead() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 12; i++) {
                client.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
            }
            assertTrue(client.readUntil("}}").startsWith("HTTP/1.1 503"));
        }
        assertNothingHeld();
    }

    @Test
    void anAnswerForWhichThereIsNoRoomIs503AndNoFailureOfTheUpstream() {
        upstream.does((request, line) -> line.json(200, Replies.chat("x".repeat(400_000))));
        for (int i = 0; i < 5; i++) {
            assertBusy(gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)));
        }
        upstream.does((request, line) -> line.json(200, Replies.chat("small")));
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
        assertNothingHeld();
    }

    @Test
    void whatAFailedAnswerTookIsThereForTheNextOne() {
        // While it is looked at, each of the two takes two thirds of the budget.
        AtomicLong held = new AtomicLong(-1);
        AtomicReference<RunningGateway> both = new AtomicReference<>();
        FakeUpstream cloud = fixture.upstream().does((request, line) -> {
            held.set(both.get().app().heldBytes());
            line.json(200, Replies.chat("x".repeat(99_000)));
        });
        upstream.does((request, line) -> line.json(200, Replies.error("x".repeat(99_000), "server_error", "x")));
        both.set(fixture.gateway(RunningGateway.localAndCloud(upstream, cloud),
                Map.of("gateway.memory.bytes", "300000")));
        HttpResponse<String> answer = both.get().post("/v1/chat/completions", RunningGateway.chat("local", false));
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(1, upstream.posts().size());
        assertTrue(held.get() >= 0 && held.get() < 10_000, held.get() + " bytes");
        await().atMost(Duration.ofSeconds(10)).until(() -> both.get().app().heldBytes() == 0);
    }

    @Test
    void whatARefusalTookIsThereForTheSameRequestWithoutTheParameter() {
        AtomicLong held = new AtomicLong(-1);
        upstream.does((request, line) -> {
            if (request.text().contains("temperature")) {
                line.json(400, "{\"error\":{\"message\":\"Unrecognized request argument supplied: temperature\","
                        + "\"x\":\"" + "x".repeat(100_000) + "\"}}");
            } else {
                held.set(gateway.app().heldBytes());
                line.json(200, Replies.chat("hello"));
            }
        });
        String body = RunningGateway.chat("only", false).replace("\"stream\"", "\"temperature\":1,\"stream\"");
        assertEquals(200, gateway.post("/v1/chat/completions", body).statusCode());
        assertTrue(held.get() >= 0 && held.get() < 10_000, held.get() + " bytes");
        assertNothingHeld();
    }
}
