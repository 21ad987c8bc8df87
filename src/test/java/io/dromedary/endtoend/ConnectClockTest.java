package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A connection that does not come to stand is given up in time, whichever part of it hangs. */
@Timeout(60)
class ConnectClockTest {

    @Test
    void aTlsHandshakeThatHangsIsPartOfTheConnectClock() {
        // Plain text is awaited on the other side, so the client's hello is read as a request line that never ends.
        try (FakeUpstream silent = FakeUpstream.start();
                FakeUpstream cloud = FakeUpstream.start()
                        .does((request, line) -> line.json(200, Replies.chat("from the cloud")));
                RunningGateway gateway = RunningGateway.with(RunningGateway.localAndCloud(silent, cloud)
                        .replace(silent.baseUrl(), silent.baseUrl().replace("http:", "https:")),
                        Map.of("gateway.timeout.connect", "300"))) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("from the cloud"), answer.body());
            assertEquals(0, silent.received().size());
        }
    }

    @Test
    void whenThePoolIsFullTheNextDeploymentIsAsked() throws Exception {
        try (FakeUpstream local = FakeUpstream.start();
                FakeUpstream cloud = FakeUpstream.start()
                        .does((request, line) -> line.json(200, Replies.chat("from the cloud")));
                RunningGateway gateway = RunningGateway.with(RunningGateway.localAndCloud(local, cloud),
                        Map.of("gateway.upstream.connections", "1", "gateway.timeout.pool", "200"));
                io.dromedary.harness.RawClient holding = new io.dromedary.harness.RawClient(gateway.port())) {
            local.does((request, line) -> {
                line.streamHead().event(Replies.chunk("begun"));
                line.awaitClosed();
            });
            holding.post("/v1/chat/completions", RunningGateway.chat("local", true)).readUntil("begun");
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
                assertTrue(answer.body().contains("from the cloud"), answer.body());
            }
            assertEquals(1, local.received().size());
            // Who holds the connections is a client: the deployment has not failed.
            holding.close();
            local.does((request, line) -> line.json(200, Replies.chat("from the local one")));
            await().atMost(Duration.ofSeconds(2)).untilAsserted(() -> assertTrue(gateway.post("/v1/chat/completions",
                    RunningGateway.chat("local", false)).body().contains("from the local one")));
        }
    }
}
