package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A client that is slow to ask holds nothing for long; one that waits for an answer is left alone. */
@Timeout(60)
class SlowClientTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("gateway.server.head-timeout", "400", "gateway.server.body-timeout", "300",
            "gateway.server.body-rate", "2000", "gateway.server.body-total", "1500"));

    @Test
    void anIdleConnectionAndHalfAHeadAreClosed() throws Exception {
        try (RawClient idle = new RawClient(gateway.port()); RawClient slow = new RawClient(gateway.port())) {
            slow.send("POST /v1/chat/completions HTTP/1.1\r\nHost:");
            assertEquals("", idle.readAll());
            assertEquals("", slow.readAll());
        }
    }

    @Test
    void aBodyThatStopsComingIs408() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nContent-Length: 1000\r\n\r\n{");
            String answer = client.readUntil("}}");
            assertTrue(answer.startsWith("HTTP/1.1 408"), answer);
        }
        assertTrue(upstream.received().isEmpty());
    }

    private String trickle(int bytes, int everyMs) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nContent-Length: 10000000\r\n\r\n{");
            Thread sender = new Thread(() -> {
                try {
                    while (!Thread.interrupted()) {
                        client.send(" ".repeat(bytes));
                        java.util.concurrent.locks.LockSupport.parkNanos(everyMs * 1_000_000L);
                    }
                } catch (java.io.IOException e) {
                    // the gateway has closed the connection, which is what is waited for
                    assertTrue(e.getMessage() != null, "a reason");
                }
            });
            sender.start();
            try {
                return client.readUntil("}}");
            } finally {
                sender.interrupt();
                sender.join();
            }
        }
    }

    @Test
    void aBodyThatComesByteByByteIs408() throws Exception {
        String answer = trickle(1, 50);
        assertTrue(answer.startsWith("HTTP/1.1 408") && answer.contains("slower than 2000 bytes a second"), answer);
    }

    @Test
    void aBodyThatComesSteadilyForTooLongIs408() throws Exception {
        String answer = trickle(2000, 20);
        assertTrue(answer.startsWith("HTTP/1.1 408") && answer.contains("did not come within 1500 ms"), answer);
    }

    @Test
    void aStreamMayBeSilentForLonger() throws Exception {
        java.util.concurrent.CountDownLatch longer = new java.util.concurrent.CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            longer.await();
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(gateway.port()); RawClient idle = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
            assertEquals("", idle.readAll(), "the time of an idle connection is over by now");
            longer.countDown();
            client.readUntil("data: [DONE]\n\n");
        }
    }
}
