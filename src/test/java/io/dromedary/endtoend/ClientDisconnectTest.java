package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** When a client leaves, its upstream call ends: a GPU generates for nobody. */
@Timeout(60)
class ClientDisconnectTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));
    private final CountDownLatch closed = new CountDownLatch(1);

    private void assertUpstreamCallEnds() throws InterruptedException {
        assertTrue(closed.await(1, TimeUnit.SECONDS), "the upstream's connection is closed");
    }

    @Test
    void inTheMiddleOfAStream() throws Exception {
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            if (line.awaitClosed()) {
                closed.countDown();
            }
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
        }
        assertUpstreamCallEnds();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whileTheUpstreamIsStillSilent(boolean stream) throws Exception {
        upstream.does((request, line) -> {
            if (line.awaitClosed()) {
                closed.countDown();
            }
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", stream));
            await().atMost(Duration.ofSeconds(10)).until(() -> !upstream.received().isEmpty());
            client.reset();
        }
        assertUpstreamCallEnds();
    }

    @Test
    void betweenTwoAttempts() throws Exception {
        upstream.does((request, line) -> line.json(429, Replies.error("slow down", "requests", "x"), "Retry-After: 2"));
        try (RunningGateway retrying =
                RunningGateway.with(RunningGateway.single(upstream).replace("num_retries: 0", "num_retries: 3"))) {
            try (RawClient client = new RawClient(retrying.port())) {
                client.post("/v1/chat/completions", RunningGateway.chat("only", false));
                await().atMost(Duration.ofSeconds(10)).until(() -> upstream.posts().size() == 1);
                client.reset();
            }
            await().atMost(Duration.ofSeconds(1)).until(() -> retrying.app().requestsInFlight() == 0);
            await().during(Duration.ofMillis(2500)).atMost(Duration.ofSeconds(5))
                    .until(() -> upstream.posts().size() == 1);
        }
    }

    @Test
    void betweenTheHeadAndTheFirstToken() throws Exception {
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.role());
            if (line.awaitClosed()) {
                closed.countDown();
            }
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", true));
            await().atMost(Duration.ofSeconds(10)).until(() -> !upstream.received().isEmpty());
        }
        assertUpstreamCallEnds();
    }

    @Test
    void atOnceAfterAsking() throws Exception {
        CountDownLatch ended = new CountDownLatch(20);
        upstream.does((request, line) -> {
            if (line.awaitClosed()) {
                ended.countDown();
            }
        });
        int reached = 0;
        for (int i = 0; i < 20; i++) {
            try (RawClient client = new RawClient(gateway.port())) {
                client.post("/v1/chat/completions", RunningGateway.chat("only", false));
                client.reset();
            }
        }
        // However early they left: whatever reached the upstream is ended there.
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(10))
                .until(() -> upstream.received().size() == 20 - ended.getCount());
        assertTrue(gateway.app().requestsInFlight() == 0, "and nothing is left in the gateway");
    }

    @Test
    void whileTheConnectionIsBeingMadeAndNoBreakerOpens() throws Exception {
        // A listener whose backlog is full accepts no connection: the gateway waits for one.
        try (java.net.ServerSocket full = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress());
                java.net.Socket first = new java.net.Socket(full.getInetAddress(), full.getLocalPort());
                java.net.Socket second = new java.net.Socket(full.getInetAddress(), full.getLocalPort());
                RunningGateway slow = RunningGateway.with(RunningGateway.single(upstream).replace(upstream.baseUrl(),
                        "http://127.0.0.1:" + full.getLocalPort() + "/v1"),
                        java.util.Map.of("gateway.timeout.connect", "10000"))) {
            for (int i = 0; i < 5; i++) {
                try (RawClient client = new RawClient(slow.port())) {
                    client.post("/v1/chat/completions", RunningGateway.chat("only", false));
                    await().atMost(Duration.ofSeconds(5)).until(() -> slow.app().requestsInFlight() == 1);
                    client.reset();
                }
                await().atMost(Duration.ofSeconds(5)).until(() -> slow.app().requestsInFlight() == 0);
            }
            String health = slow.get("/health").body();
            assertTrue(health.contains("\"unhealthy_count\":1") && !health.contains("cooling down"), health);
        }
    }

    @Test
    void andTheNextDeploymentIsNotAsked() throws Exception {
        try (FakeUpstream cloud = FakeUpstream.start();
                RunningGateway both = RunningGateway.with(RunningGateway.localAndCloud(upstream, cloud))) {
            upstream.does((request, line) -> {
                if (line.awaitClosed()) {
                    closed.countDown();
                }
            });
            try (RawClient client = new RawClient(both.port())) {
                client.post("/v1/chat/completions", RunningGateway.chat("local", false));
                await().atMost(Duration.ofSeconds(10)).until(() -> !upstream.received().isEmpty());
            }
            assertUpstreamCallEnds();
            both.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
            assertTrue(cloud.received().size() == 1, "only the request that names it");
        }
    }
}
