package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Line;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Transcripts;

/**
 * A stream ends whole, or with one error event: never silently. Before its first content, another deployment is asked.
 */
@Timeout(60)
class BrokenStreamTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream().does((request, line) -> line.stream("from the cloud"));
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud),
            Map.of("gateway.timeout.idle", "300", "gateway.timeout.first-token", "600",
                    "gateway.stream.hold-bytes", "2000", "gateway.stream.max-event-bytes", "5000"));

    @FunctionalInterface
    interface Ending {
        void end(Line line) throws Exception;
    }

    static Stream<Arguments> badEndings() {
        return Stream.of(
                named("resets", Line::reset),
                named("hangs up", Line::hangUp),
                named("ends without a finish", Line::endOfChunks),
                named("stalls", Line::awaitClosed),
                named("sends an error event",
                line -> line.event(Replies.error("boom", "server_error", "x")).endOfChunks()),
                named("sends an event called error",
                line -> line.chunk("event: error\ndata: {\"message\":\"boom\",\"code\":500}\n\n")
                        .event("[DONE]").endOfChunks()),
                named("sends an object that says it is an error",
                line -> line.event("{\"object\":\"error\",\"message\":\"boom\"}")
                        .event("[DONE]").endOfChunks()),
                named("sends an object that is no chunk", line -> line.event("{\"message\":\"boom\"}").endOfChunks()),
                named("sends llama-server's error field",
                line -> line.chunk("error: {\"code\":500,\"message\":\"boom\"}\n\n")
                        .event("[DONE]").endOfChunks()),
                named("sends what is no JSON", line -> line.event("{\"choices\":[").endOfChunks()),
                named("sends what is no object", line -> line.event("42").endOfChunks()),
                named("sends what is no event", line -> line.chunk("<html>bad gateway</html>\n").endOfChunks()),
                named("sends an endless event", line -> line.chunk("data: " + "x".repeat(6000)).awaitClosed()),
                named("breaks the chunk framing", line -> line.raw("zz\r\n").awaitClosed()));
    }

    private static Arguments named(String name, Ending ending) {
        return Arguments.of(org.junit.jupiter.api.Named.of(name, ending));
    }

    @ParameterizedTest
    @MethodSource("badEndings")
    void afterContentTheClientGetsOneErrorEventAndNoDone(Ending ending) throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            ending.end(line);
            line.hangUp();
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("local", true));
            String answer = client.readUntil("\r\n0\r\n\r\n");
            assertTrue(answer.contains("begun"), answer);
            assertEquals(1, answer.split("data: \\{\"error\":", -1).length - 1, answer);
            assertFalse(answer.contains("[DONE]"), answer);
        }
        assertTrue(cloud.received().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("badEndings")
    void beforeContentTheNextDeploymentAnswers(Ending ending) throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(Replies.role()).chunk(": waiting\n\n");
            ending.end(line);
            line.hangUp();
        });
        var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        assertTrue(answer.body().contains("from the cloud"), answer.body());
        assertFalse(answer.body().contains("waiting"), answer.body());
        assertTrue(answer.body().endsWith("data: [DONE]\n\n"), answer.body());
        assertEquals("1", answer.headers().firstValue("x-litellm-attempted-fallbacks").orElse(""));
    }

    @Test
    void aStreamThatOnlySaysDoneIsEmptyAndTheNextDeploymentAnswers() {
        local.does((request, line) -> line.streamHead().event(Replies.role()).event("[DONE]").endOfChunks());
        var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        assertTrue(answer.body().contains("from the cloud"), answer.body());
    }

    @Test
    void anUpstreamThatOnlyKeepsAliveRunsOutOfItsFirstTokenClock() {
        local.does((request, line) -> {
            line.streamHead();
            for (int i = 0; i < 60 && !Thread.interrupted(); i++) {
                line.chunk(": ping\n\n");
                Thread.onSpinWait();
                java.util.concurrent.locks.LockSupport.parkNanos(50_000_000L);
            }
        });
        var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        assertTrue(answer.body().contains("from the cloud"), answer.body());
    }

    @Test
    void tooMuchBeforeTheFirstContentIsNotHeldForEver() {
        local.does((request, line) -> line.streamHead().chunk(": " + "x".repeat(3000) + "\n\n").awaitClosed());
        var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        assertTrue(answer.body().contains("from the cloud"), answer.body());
    }

    @Test
    void aPromptThatOverflowsTheContextIsTheClientsOwn400ThoughTheStatusWas200() {
        local.does((request, line) -> line.raw(Transcripts.reply("66-err-context-overflow-stream")));
        var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("\"code\":\"context_length_exceeded\""), answer.body());
        assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
        assertTrue(cloud.received().isEmpty());
    }

    @Test
    void aStreamThatIsRefusedBeforeItBeginsHasItsRealStatus() {
        local.does((request, line) -> line.json(400, Replies.error("bad temperature", "invalid_request_error", "x")));
        var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true));
        assertEquals(400, answer.statusCode());
        assertTrue(cloud.received().isEmpty());
    }

    @Test
    void everyChoiceThatWasSeenMustHaveFinished() {
        local.does((request, line) -> line.streamHead()
                .event("{\"choices\":[{\"index\":0,\"text\":\"a\"},{\"index\":1,\"text\":\"b\"}]}")
                .event("{\"choices\":[{\"index\":0,\"text\":\"\",\"finish_reason\":\"stop\"}]}").endOfChunks());
        String answer = gateway.post("/v1/completions",
                "{\"model\":\"local\",\"stream\":true,\"prompt\":[\"x\",\"y\"]}").body();
        assertTrue(answer.contains("{\"error\":") && !answer.contains("[DONE]"), answer);
    }

    @Test
    void anEventWithoutDataIsNoneAndTheStreamGoesOn() {
        local.does((request, line) -> line.streamHead().event(Replies.chunk("a")).chunk("data:\n\n")
                .event(Replies.chunk("b"))
                .event(Replies.finish()).event("[DONE]").endOfChunks());
        String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true)).body();
        assertTrue(answer.endsWith("data: [DONE]\n\n") && !answer.contains("error"), answer);
    }

    @Test
    void everyChoiceMustHaveFinished() {
        local.does((request, line) -> line.streamHead().event(Replies.chunk("a")).event(Replies.finish())
                .endOfChunks());
        String body = RunningGateway.chat("local", true).replace("\"stream\"", "\"n\":2,\"stream\"");
        String answer = gateway.post("/v1/chat/completions", body).body();
        assertTrue(answer.contains("{\"error\":") && !answer.contains("[DONE]"), answer);
    }
}
