package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * A stream runs on its event loop and is handed to a thread where it would hold the loop up, and back again: no event
 * is lost, doubled or out of its order by that.
 */
@Timeout(60)
class StreamHandOverTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    @Test
    void ofAClientThatIsBehindForAWhile() throws Exception {
        int events = 4000;
        AtomicLong sent = new AtomicLong();
        upstream.does((request, line) -> {
            line.streamHead();
            for (int i = 0; i < events; i++) {
                line.event(Replies.chunk("<" + i + ">" + "x".repeat(5000)));
                sent.incrementAndGet();
            }
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(gateway.port())) {
            StringBuilder seen = new StringBuilder(begin(client));
            AtomicLong before = new AtomicLong(-1);
            Awaitility.await().pollInterval(300, TimeUnit.MILLISECONDS)
                    .until(() -> before.getAndSet(sent.get()) == sent.get());
            assertTrue(sent.get() < events, "the client held its upstream back");
            seen.append(client.readAll());
            assertTrue(seen.toString().contains("data: [DONE]\n\n"));
            assertInOrder(events, seen);
        }
    }

    @Test
    void aClientThatIsBehindHoldsEventsOfAnySizeBack() throws Exception {
        for (int size : new int[] {300, 20_000, 40_000, 60_000, 120_000}) {
            AtomicLong sent = new AtomicLong();
            upstream.does((request, line) -> {
                line.streamHead();
                String event = Replies.chunk("<0>" + "x".repeat(size));
                while (sent.get() < 200_000_000L) {
                    line.event(event);
                    sent.addAndGet(size);
                }
            });
            try (RawClient client = new RawClient(gateway.port())) {
                begin(client);
                AtomicLong before = new AtomicLong(-1);
                Awaitility.await().pollInterval(300, TimeUnit.MILLISECONDS)
                        .until(() -> before.getAndSet(sent.get()) == sent.get());
                assertTrue(sent.get() < 50_000_000L,
                        size + " bytes an event: " + sent.get() + " bytes were taken for a client that reads none");
            }
        }
    }

    @Test
    void ofLargeEventsBetweenSmallOnes() throws Exception {
        int events = 60;
        CountDownLatch begun = new CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("<0>"));
            begun.await();
            for (int i = 1; i < events; i++) {
                line.event(Replies.chunk("<" + i + ">" + "x".repeat(i % 4 == 0 ? 300_000 : i)));
            }
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(gateway.port())) {
            StringBuilder seen = new StringBuilder(begin(client));
            begun.countDown();
            seen.append(client.readAll());
            assertTrue(seen.toString().contains("data: [DONE]\n\n"));
            assertInOrder(events, seen);
        }
    }

    /** On a connection that ends with the answer. */
    private static String begin(RawClient client) throws Exception {
        String body = RunningGateway.chat("only", true);
        return client.send(
                "POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer "
                + RunningGateway.KEY + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body).readUntil("<0>");
    }

    private static void assertInOrder(int events, CharSequence seen) {
        int next = 0;
        Matcher found = Pattern.compile("<(\\d+)>").matcher(seen);
        while (found.find()) {
            assertEquals(next++, Integer.parseInt(found.group(1)));
        }
        assertEquals(events, next);
    }
}
