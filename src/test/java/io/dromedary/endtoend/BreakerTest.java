package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An upstream that fails is spared for a while, and its clients the waiting. */
@Timeout(60)
class BreakerTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud),
            Map.of("camel.resilience4j.waitDurationInOpenState", "1", "gateway.breaker.trickle", "0"));

    private HttpResponse<String> ask() {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
    }

    @Test
    void itOpensAfterAFewFailuresAndIsTriedAgainAfterAFewSeconds() {
        local.does((request, line) -> line.json(503, Replies.error("starting", "server_error", "x")));
        for (int i = 0; i < 6; i++) {
            assertEquals(200, ask().statusCode());
        }
        assertEquals(3, local.posts().size(), "three failures open it; three requests did not touch the upstream");
        local.does((request, line) -> line.json(200, Replies.chat("back again")));
        await().atMost(Duration.ofSeconds(20)).until(() -> ask().body().contains("back again"));
    }

    @Test
    void whenItIsTheOnlyDeploymentAnOpenBreakerIs503WithRetryAfter() {
        cloud.does((request, line) -> line.json(503, Replies.error("starting", "server_error", "x")));
        for (int i = 0; i < 3; i++) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        }
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("cooling down"), answer.body());
        assertEquals("1", answer.headers().firstValue("Retry-After").orElse(""));
        assertEquals(3, cloud.posts().size());
    }

    @Test
    void clientsThatLeaveOpenNoBreaker() throws Exception {
        CountDownLatch closed = new CountDownLatch(12);
        local.does((request, line) -> {
            if (request.text().contains("leaving")) {
                line.awaitClosed();
                closed.countDown();
            } else {
                line.json(200, Replies.chat("still there"));
            }
        });
        for (int i = 0; i < 12; i++) {
            int before = local.posts().size();
            try (RawClient client = new RawClient(gateway.port())) {
                client.post("/v1/chat/completions", RunningGateway.chat("local", false).replace("hi", "leaving"));
                await().until(() -> local.posts().size() > before);
            }
        }
        closed.await();
        assertTrue(ask().body().contains("still there"));
        assertTrue(cloud.posts().isEmpty());
    }

    @Test
    void anUpstreamThatBreaksItsStreamsIsSparedToo() {
        local.does((request, line) -> line.streamHead().event(Replies.chunk("begun")).hangUp());
        for (int i = 0; i < 3; i++) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        }
        cloud.does((request, line) -> line.stream("from the cloud"));
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", true)).body()
                .contains("from the cloud"));
        assertEquals(3, local.posts().size());
    }

    @Test
    void streamsThatAreStillRunningDoNotKeepABreakerHalfOpen() throws Exception {
        local.does((request, line) -> line.json(503, Replies.error("starting", "server_error", "x")));
        for (int i = 0; i < 4; i++) {
            ask();
        }
        assertEquals(3, local.posts().size(), "it is open");
        CountDownLatch end = new CountDownLatch(1);
        local.does((request, line) -> {
            if (request.method().equals("GET")) {
                line.json(200, "{}");
                return;
            }
            line.streamHead().event(Replies.chunk("begun"));
            end.await();
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        cloud.does((request, line) -> line.stream("from the cloud"));
        // The two calls that try it have their first token and go on; the third must not have to wait for their end.
        List<RawClient> running = new ArrayList<>();
        try {
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                RawClient client = new RawClient(gateway.port());
                running.add(client);
                client.post("/v1/chat/completions", RunningGateway.chat("local", true));
                client.readUntil("data: {");
                return local.posts().size() >= 6;
            });
        } finally {
            end.countDown();
            for (RawClient client : running) {
                client.close();
            }
        }
    }
}
