package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * A client that does not read holds back its own upstream, costs a bounded amount of memory, and is dropped in the end.
 */
@Timeout(60)
class SlowReaderTest {

    @Test
    void itsUpstreamIsHeldBackAndTheOthersDoNotNotice() throws Exception {
        AtomicLong sent = new AtomicLong();
        CountDownLatch dropped = new CountDownLatch(1);
        String piece = Replies.chunk("x".repeat(10_000));
        try (FakeUpstream upstream = FakeUpstream.start();
                RunningGateway gateway =
                        RunningGateway.with(RunningGateway.single(upstream), Map.of("gateway.timeout.write", "2500"))) {
            upstream.does((request, line) -> {
                if (!request.text().contains("endless")) {
                    line.stream("quick");
                    return;
                }
                line.streamHead();
                try {
                    for (int i = 0; i < 20_000; i++) {
                        line.event(piece);
                        sent.addAndGet(piece.length());
                    }
                } finally {
                    dropped.countDown();
                }
            });
            try (RawClient slow = new RawClient(gateway.port())) {
                slow.post("/v1/chat/completions", RunningGateway.chat("only", true).replace("hi", "endless"));
                slow.readUntil("data: {");
                // It stands still once the buffers between are full: sockets' own, and a quarter of a megabyte of the
                // gateway's.
                await().during(Duration.ofMillis(700)).atMost(Duration.ofSeconds(20)).until(() -> {
                    long before = sent.get();
                    java.util.concurrent.locks.LockSupport.parkNanos(50_000_000L);
                    return sent.get() == before;
                });
                assertTrue(sent.get() < 40_000_000, "200 MB wanted to come, " + sent.get() + " did");
                for (int i = 0; i < 10; i++) {
                    assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).body()
                            .endsWith("data: [DONE]\n\n"));
                }
                dropped.await();
                await().until(() -> gateway.app().requestsInFlight() == 0);
            }
            assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", true)).statusCode(),
                    "no breaker opened");
        }
    }
}
