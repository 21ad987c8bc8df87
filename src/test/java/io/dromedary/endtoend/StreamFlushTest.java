package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
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

/**
 * Each event reaches the client when the upstream sent it: the upstream here waits until the client has seen the one
 * before.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class StreamFlushTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    private String read(String... untils) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", true));
            StringBuilder all = new StringBuilder();
            for (String until : untils) {
                all.append(client.readUntil(until));
            }
            return all.toString();
        }
    }

    @Test
    void anEventIsSentOnBeforeTheNextOneHasCome() throws Exception {
        CountDownLatch firstSeen = new CountDownLatch(1);
        CountDownLatch secondSeen = new CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("one"));
            assertTrue(firstSeen.await(20, TimeUnit.SECONDS));
            line.event(Replies.chunk("two"));
            assertTrue(secondSeen.await(20, TimeUnit.SECONDS));
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", true));
            client.readUntil("\"one\"");
            firstSeen.countDown();
            client.readUntil("\"two\"");
            secondSeen.countDown();
            client.readUntil("data: [DONE]\n\n");
            client.readUntil("0\r\n\r\n");
        }
    }

    @Test
    void aStreamIsNotHeldUpByAnotherOne() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            if (request.text().contains("slow")) {
                end.await(20, TimeUnit.SECONDS);
            }
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient slow = new RawClient(gateway.port())) {
            slow.post("/v1/chat/completions", RunningGateway.chat("only", true).replace("hi", "slow"));
            slow.readUntil("begun");
            read("data: [DONE]\n\n");
            end.countDown();
            slow.readUntil("data: [DONE]\n\n");
        }
    }

    @Test
    void everyDialectOfEventStreamsArrivesAsOne() throws Exception {
        String chunk = Replies.chunk("ä");
        String split = chunk.replace(",\"created\"", ",\ndata: \"created\"");
        String[] dialects = {
            "data: " + chunk + "\r\n\r\ndata: " + Replies.finish() + "\r\n\r\ndata: [DONE]\r\n\r\n",
            "data:" + chunk + "\rdata:\r\r".replace("data:\r", "") + "data:" + Replies.finish() + "\r\rdata:[DONE]\r\r",
            "\uFEFF: hello\n\nevent: message\nid: 7\ndata: " + split + "\n\ndata: " + Replies.finish()
            + "\n\ndata: [DONE]\n",
            "data: " + chunk + "\n\ndata: " + Replies.finish() + "\n\ndata: [DONE]",
        };
        for (String dialect : dialects) {
            upstream.does((request, line) -> {
                line.streamHead();
                for (byte b : dialect.getBytes(StandardCharsets.UTF_8)) {
                    line.chunk(new byte[] {b});
                }
                line.endOfChunks();
            });
            String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body();
            assertTrue(answer.contains("\"content\":\"ä\""), answer);
            assertTrue(answer.endsWith("data: [DONE]\n\n"), answer);
            assertFalse(answer.contains("error"), answer);
            assertFalse(answer.contains("upstream-name"), answer);
        }
    }

    @Test
    void aCompressedStreamIsSentOnUncompressed() throws Exception {
        upstream.does((request, line) -> {
            String events = "data: " + Replies.chunk("packed") + "\n\ndata: " + Replies.finish()
                    + "\n\ndata: [DONE]\n\n";
            line.streamHead("Content-Encoding: gzip")
                    .chunk(Replies.gzipped(events.getBytes(StandardCharsets.UTF_8))).endOfChunks();
        });
        String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body();
        assertTrue(answer.contains("packed") && answer.endsWith("data: [DONE]\n\n"), answer);
    }

    @Test
    void aStreamThatEndsAfterItsFinishGetsTheDoneThatItLacks() throws Exception {
        upstream.does((request, line) -> line.streamHead().event(Replies.chunk("a")).event(Replies.finish())
                .endOfChunks());
        String answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body();
        assertTrue(answer.endsWith("data: [DONE]\n\n"), answer);
    }

    @Test
    void aStreamTellsProxiesNotToHoldIt() {
        upstream.does((request, line) -> line.stream("a"));
        var answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", true));
        assertEquals("no-cache", answer.headers().firstValue("Cache-Control").orElse(""));
        assertEquals("no", answer.headers().firstValue("X-Accel-Buffering").orElse(""));
        assertEquals("text/event-stream; charset=utf-8", answer.headers().firstValue("Content-Type").orElse(""));
    }
}
