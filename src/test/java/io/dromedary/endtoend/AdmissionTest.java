package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** More requests than the gateway may serve are told so at once; those in flight and health do not notice. */
@Timeout(60)
class AdmissionTest {

    @Test
    void beyondTheCapItIs503AndHealthStillAnswers() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway =
                        RunningGateway.with(RunningGateway.single(upstream), Map.of("gateway.requests.max", "2"));
                RawClient first = new RawClient(gateway.port()); RawClient second = new RawClient(gateway.port())) {
            upstream.does((request, line) -> {
                end.await();
                line.json(200, Replies.chat("late"));
            });
            first.post("/v1/chat/completions", RunningGateway.chat("only", false));
            second.post("/v1/chat/completions", RunningGateway.chat("only", false));
            await().until(() -> upstream.received().size() == 2);
            HttpResponse<String> refused = gateway.post("/v1/chat/completions", RunningGateway.chat("only", false));
            assertEquals(503, refused.statusCode());
            assertTrue(refused.body().contains("gateway_busy"), refused.body());
            assertEquals("1", refused.headers().firstValue("Retry-After").orElse(""));
            assertEquals(200, gateway.send(gateway.request("/health/readiness").build()).statusCode());
            end.countDown();
            first.readUntil("late");
            second.readUntil("late");
            await().until(() -> gateway.post("/v1/chat/completions", RunningGateway.chat("only", false))
                    .statusCode() == 200);
        }
    }
}
