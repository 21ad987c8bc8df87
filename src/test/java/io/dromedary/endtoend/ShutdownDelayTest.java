package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A gateway that is stopped is not ready at once, serves for a while yet, and then only ends what it has begun. */
@Timeout(60)
class ShutdownDelayTest {

    private static final String CLOSES = "connection: close\r\n";
    private static final String MODELS = "GET /v1/models HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
            + RunningGateway.KEY + "\r\n\r\n";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    private static boolean begins(RunningGateway gateway, String request, String status) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            return client.send(request).readAll().startsWith("HTTP/1.1 " + status);
        }
    }

    @Test
    void itServesWithReadinessGoneAndThenClosesWhatIsIdleAndEndsItsStreams() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            go.await();
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        RunningGateway gateway = RunningGateway.with(RunningGateway.single(upstream),
                Map.of("gateway.shutdown.delay", "4000"));
        CompletableFuture<Void> ended;
        try (RawClient idle = new RawClient(gateway.port()); RawClient kept = new RawClient(gateway.port());
                RawClient streaming = new RawClient(gateway.port())) {
            idle.send(MODELS).readAnswer();
            kept.send(MODELS).readAnswer();
            streaming.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
            ended = CompletableFuture.runAsync(gateway::close);
            await().atMost(Duration.ofSeconds(3)).until(() -> begins(gateway,
                    "GET /health/readiness HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "503"));
            String last = kept.send(MODELS).readAll().toLowerCase(Locale.ROOT);
            assertTrue(last.startsWith("http/1.1 200") && last.contains(CLOSES), last);
            assertTrue(begins(gateway, MODELS, "200"), "a new client is served, and its connection closes");
            assertEquals("", idle.readAll());
            await().until(() -> begins(gateway, MODELS, "503"));
            go.countDown();
            streaming.readUntil("data: [DONE]\n\n\r\n0\r\n\r\n");
        } finally {
            go.countDown();
        }
        ended.get(30, TimeUnit.SECONDS);
    }
}
