package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A client's connection that is older than it may be ends with an answer that says so, and no request is lost. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class ConnectionAgeTest {

    private static final int AGE_MS = 1000;
    private static final String CLOSES = "connection: close\r\n";
    private static final String ASK = "GET /health/liveness HTTP/1.1\r\nHost: x\r\n\r\n";
    private static final int LARGE = 8 * 1024 * 1024;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("gateway.server.max-connection-age", String.valueOf(AGE_MS)));

    private static String head(RawClient client) throws Exception {
        return client.readUntil("\r\n\r\n").toLowerCase(Locale.ROOT);
    }

    /** Has a stream that begins on the connection and ends when that is older than it may be. */
    private void streamPastTheAge(RawClient client) throws Exception {
        upstream.does((request, line) -> line.streamHead().event(Replies.chunk("begun")).silentFor(AGE_MS + 100)
                .event(Replies.finish()).event("[DONE]").endOfChunks());
        client.post("/v1/chat/completions", RunningGateway.chat("only", true));
        assertFalse(head(client).contains(CLOSES), "it was young then");
        client.readUntil("begun");
    }

    @Test
    void anAnswerSaysThatItIsTheLastAndTheConnectionCloses() throws Exception {
        long begin = System.nanoTime();
        try (RawClient client = new RawClient(gateway.port())) {
            String head = "";
            while (!head.contains(CLOSES)) {
                head = head(client.send(ASK));
                client.readUntil("\"I'm alive!\"");
            }
            long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            assertTrue(ms >= AGE_MS * 0.8, "after " + ms + " ms");
            assertEquals("", client.readAll());
        }
    }

    @Test
    void aStreamThatRunsPastTheAgeIsWholeAndTheNextAnswerIsTheLast() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            streamPastTheAge(client);
            client.readUntil("data: [DONE]\n\n\r\n0\r\n\r\n");
            assertTrue(head(client.send(ASK)).contains(CLOSES));
            assertEquals("\"I'm alive!\"", client.readAll());
        }
    }

    @Test
    void ofRequestsThatWereSentRightBehindEachOtherTheLastOneEndsIt() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            streamPastTheAge(client);
            client.send(ASK.repeat(50));
            client.readUntil("data: [DONE]\n\n\r\n0\r\n\r\n");
            String answers = client.readAll().toLowerCase(Locale.ROOT);
            assertEquals(50, answers.split("i'm alive!", -1).length - 1, answers);
            assertEquals(2, answers.split(CLOSES, -1).length, answers);
            assertTrue(answers.lastIndexOf("http/1.1 200") < answers.indexOf(CLOSES), answers);
        }
    }

    @Test
    void aClientThatSendsOnStillReadsAllOfItsLastAnswer() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            streamPastTheAge(client);
            client.readUntil("data: [DONE]\n\n\r\n0\r\n\r\n");
            upstream.does((request, line) -> line.json(200, Replies.chat("x".repeat(LARGE))));
            client.post("/v1/chat/completions", RunningGateway.chat("only", false));
            assertTrue(head(client).contains(CLOSES));
            client.send(ASK.repeat(1000));
            int rest = client.readAll().length();
            assertTrue(rest > LARGE && rest < LARGE + 10_000, rest + " bytes came");
        }
    }

    @Test
    void aBodyThatWaitsToBeAskedForIsStillTaken() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            streamPastTheAge(client);
            client.readUntil("data: [DONE]\n\n\r\n0\r\n\r\n");
            CountDownLatch asked = new CountDownLatch(1);
            upstream.does((request, line) -> {
                asked.countDown();
                line.json(200, Replies.chat("hello"));
            });
            String body = RunningGateway.chat("only", false);
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nExpect: 100-continue\r\nContent-Length: " + body.length() + "\r\n\r\n");
            assertTrue(head(client).startsWith("http/1.1 100"));
            client.send(body);
            String answer = client.readAll().toLowerCase(Locale.ROOT);
            assertTrue(asked.await(10, TimeUnit.SECONDS));
            assertTrue(answer.startsWith("http/1.1 200") && answer.contains(CLOSES) && answer.contains("hello"),
                    answer);
        }
    }
}
