package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A server may be silent in the middle of a stream; where it is for too long, that is told and held against nobody. */
@Timeout(60)
class StreamSilenceTest {

    private static String config(FakeUpstream upstream, String info) {
        return """
                model_list:
                  - {model_name: only, litellm_params: {model: openai/up, api_base: '%s'}, model_info: {%s}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl(), info);
    }

    @Test
    void aStreamThatIsSilentForTooLongIsToldForHowLongAndCountsNowhere() {
        try (FakeUpstream upstream = FakeUpstream.start()
                .does((request, line) -> line.streamHead().event(Replies.chunk("begun")).awaitClosed());
                RunningGateway gateway = RunningGateway.with(config(upstream, "idle_timeout: 0.2"),
                        Map.of("gateway.breaker.trickle", "0"))) {
            for (int i = 0; i < 5; i++) {
                String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body();
                assertTrue(answer.contains("begun") && answer.contains("silent for 200 ms"), answer);
            }
            assertEquals(5, upstream.posts().size());
        }
    }

    @Test
    void theTimeOfTheDeploymentComesBeforeThatOfTheGateway() {
        try (FakeUpstream upstream = FakeUpstream.start()
                .does((request, line) -> line.streamHead().event(Replies.chunk("begun")).silentFor(600)
                        .event(Replies.finish()).event("[DONE]").endOfChunks());
                RunningGateway gateway = RunningGateway.with(config(upstream, "idle_timeout: 30"),
                        Map.of("gateway.timeout.idle", "100"))) {
            String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body();
            assertTrue(answer.endsWith("data: [DONE]\n\n"), answer);
        }
    }
}
