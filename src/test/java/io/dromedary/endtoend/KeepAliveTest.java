package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Comments keep a waiting client's connection alive, where that is wanted. */
@Timeout(60)
class KeepAliveTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud)
            .replace("litellm_params: {model: openai/local-upstream,",
            "litellm_params: {keepalive_seconds: 0.1, model: openai/local-upstream,"));
    private final CountDownLatch kept = new CountDownLatch(1);

    private String readWhileWaiting() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("local", true));
            String waiting = client.readUntil(": keep-alive\n\n") + client.readUntil(": keep-alive\n\n");
            assertTrue(waiting.startsWith("HTTP/1.1 200"), waiting);
            kept.countDown();
            return client.readUntil("\r\n0\r\n\r\n");
        }
    }

    @Test
    void commentsComeUntilTheFirstTokenAndNotAfter() throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            kept.await();
            line.event(Replies.chunk("at last"));
            line.silentFor(400).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        String rest = readWhileWaiting();
        assertTrue(rest.contains("at last") && rest.contains("data: [DONE]"), rest);
        assertFalse(rest.substring(rest.indexOf("at last")).contains("keep-alive"), rest);
    }

    @Test
    void theyComeTooWhileTheUpstreamHasNotEvenSentItsHead() throws Exception {
        local.does((request, line) -> {
            kept.await();
            line.stream("a long prompt it was");
        });
        String rest = readWhileWaiting();
        assertTrue(rest.contains("a long prompt it was") && rest.contains("data: [DONE]"), rest);
    }

    @Test
    void aFailureOfAnUpstreamThatHasNotSentItsHeadIsAnEventToo() throws Exception {
        local.does((request, line) -> {
            kept.await();
            line.json(500, Replies.error("boom", "server_error", "x"));
        });
        cloud.does((request, line) -> line.json(400, Replies.error("no such tool", "invalid_request_error", "bad")));
        String rest = readWhileWaiting();
        assertTrue(rest.contains("data: {\"error\":") && rest.contains("no such tool") && !rest.contains("[DONE]"),
                rest);
    }

    @Test
    void anotherDeploymentCanStillAnswer() throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            kept.await();
            line.reset();
        });
        cloud.does((request, line) -> line.stream("from the cloud"));
        String rest = readWhileWaiting();
        assertTrue(rest.contains("from the cloud") && rest.contains("data: [DONE]"), rest);
    }

    @Test
    void aFailureAfterThemIsAnEvent() throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            kept.await();
            line.reset();
        });
        cloud.does((request, line) -> line.json(429, Replies.error("slow down", "requests", "rate_limit_exceeded")));
        String rest = readWhileWaiting();
        assertEquals(1, rest.split("data: \\{\"error\":", -1).length - 1, rest);
        assertTrue(rest.contains("cloud: status 429, slow down"), rest);
        assertFalse(rest.contains("[DONE]"), rest);
    }

    @Test
    void theClientsOwnMistakeAfterThemIsAnEventToo() throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            kept.await();
            line.chunk("error: {\"code\":400,\"message\":\"the request exceeds the available context size\"}\n\n")
                    .endOfChunks();
        });
        String rest = readWhileWaiting();
        assertTrue(rest.contains("context_length_exceeded") && !rest.contains("[DONE]"), rest);
        assertTrue(cloud.posts().isEmpty());
    }
}
