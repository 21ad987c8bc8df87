package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** No request takes longer than the clock over all of it, whatever it waits for. */
@Timeout(60)
class TotalClockTest {

    private static final Map<String, String> SHORT = Map.of("gateway.timeout.total", "500");
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();

    @Test
    void aSilentUpstreamIsGivenUpAndNobodyElseIsAsked() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        local.does((request, line) -> {
            line.awaitClosed();
            closed.countDown();
        });
        try (RunningGateway gateway = RunningGateway.with(RunningGateway.localAndCloud(local, cloud), SHORT)) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(504, answer.statusCode());
            assertTrue(answer.body().contains("There was no whole answer within 500 ms"), answer.body());
            closed.await();
            assertTrue(cloud.received().isEmpty());
            local.does((request, line) -> line.json(200, Replies.chat("well")));
            assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).statusCode());
        }
    }

    @Test
    void aStreamThatGoesOnForEverEndsWithAnErrorEvent() {
        local.does((request, line) -> {
            line.streamHead();
            for (int i = 0; i < 1000; i++) {
                line.event(Replies.chunk("more"));
                java.util.concurrent.locks.LockSupport.parkNanos(20_000_000L);
            }
        });
        try (RunningGateway gateway = RunningGateway.with(RunningGateway.localAndCloud(local, cloud), SHORT)) {
            String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true)).body();
            assertTrue(answer.contains("more") && answer.contains("{\"error\":"), answer);
            assertFalse(answer.contains("[DONE]"), answer);
        }
    }

    @Test
    void aPauseBeforeARetryIsPartOfIt() {
        cloud.does((request, line) -> line.json(503, "{}"));
        try (RunningGateway gateway = RunningGateway.with(RunningGateway.localAndCloud(local, cloud)
                .replace("num_retries: 0", "num_retries: 9"),
                Map.of("gateway.timeout.total", "500", "gateway.retry.first-wait", "5000"))) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
            assertEquals(504, answer.statusCode());
            assertTrue(answer.body().contains("cloud: status 503"), answer.body());
        }
    }

    /** Never ends, and does not listen. */
    public static final class Endless implements Processor {
        static final CountDownLatch END = new CountDownLatch(1);

        @Override
        public void process(Exchange exchange) {
            boolean ended = false;
            while (!ended) {
                try {
                    END.await();
                    ended = true;
                } catch (InterruptedException e) {
                    // that is what it is for
                }
            }
        }
    }

    @Test
    void aStepThatNeverEndsIsAnsweredAllTheSame() {
        String gatewayRoute = Routes.read("gateway.camel.yaml")
                .replace("        - to:\n            id: to-model-router",
                "        - process: {ref: '#class:" + Endless.class.getName()
                + "'}\n        - to:\n            id: to-model-router");
        try (RunningGateway gateway = RunningGateway.with(RunningGateway.localAndCloud(local, cloud), SHORT,
                Map.of("gateway.camel.yaml", gatewayRoute))) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(504, answer.statusCode());
            assertTrue(answer.body().contains("request_timeout"), answer.body());
            // Its thread is taken, so its place is too, until the step ends.
            assertTrue(gateway.get("/health/readiness").body().contains("\"overdue_steps\":1"));
            Endless.END.countDown();
            await().untilAsserted(
                    () -> assertTrue(gateway.get("/health/readiness").body().contains("\"overdue_steps\":0")));
        }
    }
}
