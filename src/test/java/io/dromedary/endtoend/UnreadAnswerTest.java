package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * A whole answer goes out as its client takes it: until then it is in the budget, and a client that takes nothing is
 * dropped and told of in the log.
 */
@Timeout(60)
class UnreadAnswerTest {

    /** More than the systems on both ends hold of it. */
    private static final int LARGE = 12 * 1024 * 1024;
    private static final String TEXT = "0123456789abcdef".repeat(LARGE / 16);

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream().does((request, line) -> {
        boolean large = request.text().contains("large");
        if (request.text().contains("\"stream\":true")) {
            line.stream(large ? TEXT : "small");
        } else {
            line.json(200, Replies.chat(large ? TEXT : "small"));
        }
    });

    private RunningGateway gateway(Map<String, String> properties) {
        return fixture.gateway(RunningGateway.single(upstream), properties);
    }

    private RawClient ask(RunningGateway gateway, String what, boolean stream) throws IOException {
        return fixture.closing(RawClient.withSmallWindow(gateway.port())).post("/v1/chat/completions",
                RunningGateway.chat("only", stream).replace("hi", what));
    }

    /** Until none of the clients' systems takes any more, and the gateway holds what it holds. */
    private static void awaitStandstill(RunningGateway gateway, int requests) {
        await().atMost(Duration.ofSeconds(20)).until(() -> gateway.app().heldBytes() >= (long) requests * LARGE);
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(20))
                .until(() -> gateway.app().heldBytes() >= (long) requests * LARGE);
    }

    private static void awaitNothingLeft(RunningGateway gateway) {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> gateway.app().requestsInFlight() == 0 && gateway.app().heldBytes() == 0);
    }

    @Test
    void itStaysInTheBudgetUntilItsClientHasTakenItAndComesWhole() throws Exception {
        // While an answer is made it takes twice its bytes: one more than the first fits, and one more than both
        // does not.
        RunningGateway gateway = gateway(Map.of("gateway.memory.bytes", String.valueOf(14L * LARGE / 3)));
        RawClient first = ask(gateway, "large", false);
        awaitStandstill(gateway, 1);
        RawClient second = ask(gateway, "large", false);
        awaitStandstill(gateway, 2);
        assertEquals(503, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)
                .replace("hi", "large")).statusCode(), "there is no room for a third one");
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
        for (RawClient client : List.of(first, second)) {
            assertEquals(TEXT, new ObjectMapper().readTree(client.readAnswer())
                    .at("/choices/0/message/content").textValue());
        }
        awaitNothingLeft(gateway);
        first.post("/v1/chat/completions", RunningGateway.chat("only", false));
        assertTrue(new String(first.readAnswer()).contains("small"), "the connection serves on");
    }

    @Test
    void largeOnesLeaveRoomForSmallRequests() throws Exception {
        RunningGateway gateway = gateway(Map.of("gateway.memory.bytes", String.valueOf(3 * LARGE)));
        ask(gateway, "large", false);
        awaitStandstill(gateway, 1);
        RawClient upload = fixture.closing(new RawClient(gateway.port()));
        upload.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                + "\r\nContent-Length: 60000000\r\n\r\n");
        assertThrows(IOException.class, () -> {
            for (int i = 0; i < 100; i++) {
                upload.send(" ".repeat(LARGE / 20));
            }
        }, "a large body is not taken to the last byte of the budget");
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
    }

    @Test
    void aClientThatTakesNothingIsDroppedAndTheLogSaysSo() throws Exception {
        RunningGateway gateway = gateway(Map.of("gateway.timeout.write", "700"));
        try (LogLines log = LogLines.ofRequests()) {
            RawClient client = ask(gateway, "large", false);
            RawClient stream = ask(gateway, "large", true);
            await().atMost(Duration.ofSeconds(20)).until(() -> log.lines().size() == 2);
            assertEquals(2, log.lines().stream().filter(line -> line.contains("status=499")
                    && line.contains("client-gone")).count(), log.lines().toString());
            awaitNothingLeft(gateway);
            assertThrows(IOException.class, client::readAnswer, "the connection is closed in the middle of the answer");
            assertTrue(stream.readSome(LARGE) < LARGE, "and so is that of the stream");
        }
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode(),
                "no breaker counts it");
    }

    @Test
    void aClientThatTakesALittleNowAndThenIsServed() throws Exception {
        RunningGateway gateway = gateway(Map.of("gateway.timeout.write", "1500"));
        RawClient client = ask(gateway, "large", false);
        client.readUntil("\r\n\r\n");
        int read = 0;
        for (int i = 0; i < 14; i++) {
            read += client.readSome(LARGE / 20);
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000L);
        }
        assertEquals(LARGE, read + client.readSome(LARGE - read), "all of it came");
    }

    @Test
    void theClockOverTheWholeRequestEndsItToo() throws Exception {
        RunningGateway gateway = gateway(Map.of("gateway.timeout.total", "4000"));
        try (LogLines log = LogLines.ofRequests()) {
            RawClient client = ask(gateway, "large", false);
            await().atMost(Duration.ofSeconds(20)).until(() -> log.lines().size() == 1);
            assertTrue(log.lines().get(0).contains("status=499"), log.lines().toString());
            awaitNothingLeft(gateway);
            assertThrows(IOException.class, client::readAnswer);
        }
    }

    @Test
    void theGatewayEndsThoughClientsDoNotRead() throws Exception {
        RunningGateway gateway = gateway(Map.of("gateway.shutdown.grace", "500"));
        ask(gateway, "large", false);
        ask(gateway, "large", true);
        awaitStandstill(gateway, 1);
        RawClient answered = fixture.closing(RawClient.withSmallWindow(gateway.port()));
        AtomicLong sent = new AtomicLong();
        Thread sender = new Thread(() -> pipelineUntilClosed(answered, sent));
        sender.start();
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(20)).until(() -> {
            long before = sent.get();
            java.util.concurrent.locks.LockSupport.parkNanos(50_000_000L);
            return sent.get() == before;
        });
        long begin = System.nanoTime();
        gateway.app().close();
        assertTrue(System.nanoTime() - begin < Duration.ofSeconds(15).toNanos(), "it ends");
        sender.join();
    }

    private static void pipelineUntilClosed(RawClient client, AtomicLong sent) {
        String models = ("GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                + "\r\n\r\n").repeat(100);
        try {
            while (true) {
                client.send(models);
                sent.incrementAndGet();
            }
        } catch (IOException e) {
            // closed by the gateway, which is what is waited for
            sent.incrementAndGet();
        }
    }
}
