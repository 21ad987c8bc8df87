package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An answer that nobody reads to its end leaves no connection behind on which the next request is not answered. */
@Timeout(60)
class AbandonedAnswerTest {

    private static final int REQUESTS = 50;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream)
            + "router_settings: {disable_cooldowns: true}\n",
            Map.of("gateway.answer.max-bytes", "10000", "gateway.timeout.response", "5000"));

    @Test
    void theNextRequestIsAnswered() {
        // The end of it has come, with more than may wait, by the time that the first of it is read and found too long.
        String tooLong = Replies.chat("x".repeat(30_000));
        for (int i = 0; i < REQUESTS; i++) {
            upstream.does((request, line) -> line.json(200, tooLong));
            assertEquals(502, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
            upstream.does((request, line) -> line.json(200, Replies.chat("short")));
            var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", false));
            assertEquals(200, answer.statusCode(), i + ": " + answer.body());
        }
    }
}
