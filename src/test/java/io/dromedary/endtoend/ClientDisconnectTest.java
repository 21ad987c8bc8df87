package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** When a client leaves, its upstream call ends: a GPU generates for nobody. */
@Timeout(60)
class ClientDisconnectTest {

    private FakeUpstream upstream;
    private RunningGateway gateway;
    private final CountDownLatch closed = new CountDownLatch(1);

    @BeforeEach
    void start() {
        upstream = FakeUpstream.start();
        gateway = RunningGateway.with(RunningGateway.single(upstream));
    }

    @AfterEach
    void stop() {
        gateway.close();
        upstream.close();
    }

    private void assertUpstreamCallEnds() throws InterruptedException {
        assertTrue(closed.await(10, TimeUnit.SECONDS), "the upstream's connection is closed");
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

    @Test
    void whileTheUpstreamIsStillSilent() throws Exception {
        upstream.does((request, line) -> {
            if (line.awaitClosed()) {
                closed.countDown();
            }
        });
        for (boolean stream : new boolean[] {false}) {
            try (RawClient client = new RawClient(gateway.port())) {
                client.post("/v1/chat/completions", RunningGateway.chat("only", stream));
                await().atMost(Duration.ofSeconds(10)).until(() -> !upstream.received().isEmpty());
                client.reset();
            }
        }
        assertUpstreamCallEnds();
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
