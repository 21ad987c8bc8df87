package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Thousands of requests in one write are answered one after the other, whatever the answer is and whoever gives it. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class PipelineTest {

    private static final int MANY = 4000;
    /** A request that the upstream answers. */
    private static final String CHAT = "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + RunningGateway.KEY + "\r\nContent-Length: " + RunningGateway.chat("only", false).length() + "\r\n\r\n"
            + RunningGateway.chat("only", false);

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    @ParameterizedTest
    @ValueSource(strings = {"GET /v1/models", "POST /v1/chat/completions", "GET /health/liveness",
            "OPTIONS /v1/chat/completions",
        "GET /nothing-here", "GET /%zz", "HEAD /health/liveness"})
    void eachIsAnswered(String line) throws Exception {
        answered(gateway, line, "Host: x\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /nothing-here", "DELETE /v1/chat/completions", "GET /%zz",
            "POST /v1/chat/completions"})
    void withTheKeyToo(String line) throws Exception {
        answered(gateway, line, "Host: x\r\nAuthorization: Bearer " + RunningGateway.KEY + "\r\n\r\n");
    }

    private static void answered(RunningGateway gateway, String line, String rest) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            Thread sender = new Thread(() -> {
                try {
                    client.send((line + " HTTP/1.1\r\n" + rest).repeat(MANY)
                            + "GET /health/liveness HTTP/1.1\r\nHost: x\r\n"
                            + "Connection: close\r\n\r\n");
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            sender.start();
            String answers = client.readAll();
            sender.join();
            assertEquals(MANY + 1, answers.split("HTTP/1\\.1 ", -1).length - 1, "the last: "
                    + answers.substring(Math.max(0, answers.length() - 500)));
        }
    }

    @Test
    void thoseThatTheServerIsTooBusyForToo() throws Exception {
        try (RunningGateway busy =
                RunningGateway.with(RunningGateway.single(upstream), java.util.Map.of("gateway.requests.max", "0"))) {
            answered(busy, "GET /v1/models", "Host: x\r\nAuthorization: Bearer " + RunningGateway.KEY + "\r\n\r\n");
        }
    }

    /** Sends requests until nobody takes them any more, or all are sent. */
    private static Thread sending(RawClient client, String request, int times, AtomicInteger sent) {
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; i < times; i++) {
                    client.send(request);
                    sent.incrementAndGet();
                }
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        sender.start();
        return sender;
    }

    private static int standstill(AtomicInteger of) {
        await().during(Duration.ofMillis(1500)).atMost(Duration.ofSeconds(20)).until(() -> {
            int before = of.get();
            LockSupport.parkNanos(100_000_000L);
            return before > 0 && of.get() == before;
        });
        return of.get();
    }

    @Test
    void whatIsSentBehindASlowRequestIsNotRead() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.does((request, line) -> {
            end.await();
            line.json(200, Replies.chat("at last"));
        });
        AtomicInteger sent = new AtomicInteger();
        String request = "GET /health/liveness HTTP/1.1\r\nHost: x\r\nCookie: " + "x".repeat(16_000) + "\r\n\r\n";
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", false));
            Thread sender = sending(client, request, MANY / 2, sent);
            assertTrue(standstill(sent) < MANY / 4, "32 MB wanted to be sent, " + sent.get() * 16 + " KB were");
            end.countDown();
            assertTrue(client.readUntil("}}").contains("at last"));
            for (int i = 0; i < MANY / 2; i++) {
                client.readAnswer();
            }
            sender.join();
        } finally {
            end.countDown();
        }
    }

    @Test
    void whoDoesNotReadItsAnswersIsNotServedOn() throws Exception {
        AtomicInteger served = new AtomicInteger();
        upstream.does((request, line) -> {
            served.incrementAndGet();
            line.json(200, Replies.chat("x".repeat(30_000)));
        });
        try (RawClient client = RawClient.withSmallWindow(gateway.port())) {
            Thread sender = sending(client, CHAT, 1000, new AtomicInteger());
            int before = standstill(served);
            assertTrue(before < 600, "30 MB of answers wait for their client, of " + before + " requests");
            assertTrue(gateway.app().heldBytes() > 30_000, "those that wait are in the memory budget");
            for (int i = 0; i < 1000; i++) {
                client.readAnswer();
            }
            assertEquals(1000, served.get());
            sender.join();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() == 0);
    }

    @Test
    void whatItsClientNeverReadsIsGivenBackWhenTheClientGoes() throws Exception {
        AtomicInteger served = new AtomicInteger();
        upstream.does((request, line) -> {
            served.incrementAndGet();
            line.json(200, Replies.chat("x".repeat(60_000)));
        });
        try (RawClient client = RawClient.withSmallWindow(gateway.port())) {
            client.send(CHAT.repeat(300));
            standstill(served);
            assertTrue(gateway.app().heldBytes() > 60_000, "those that wait are in the memory budget");
            client.reset();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() == 0);
    }
}
