package io.dromedary.soak;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.packaged.PackagedGateway;

/**
 * What a stream costs the packaged gateway in memory when its client does not read and its upstream would never stop.
 */
@Tag("long")
class StalledClientsIT {

    private static final int STREAMS = 100;
    /**
     * 64 KiB may be unsent (Outbox), 16 unread (UpstreamCall), and what one read of a socket brings; the rest is blocks
     * and the thread. Netty takes its memory in chunks of 4 MiB, so that a hundred streams tell it to some 80 KiB: 300
     * to 400 were seen.
     */
    private static final long MOST_PER_STREAM = 512 * 1024;
    private static final String EVENT = Replies.chunk("x".repeat(4000));

    @TempDir
    private Path folder;

    @Test
    @Timeout(120)
    void aClientThatDoesNotReadHoldsBackItsUpstreamWithinABoundedMemory() throws Exception {
        AtomicLong sent = new AtomicLong();
        List<RawClient> clients = new ArrayList<>();
        try (FakeUpstream upstream = FakeUpstream.start()) {
            upstream.does((request, line) -> {
                line.streamHead();
                while (true) {
                    line.event(EVENT);
                    sent.addAndGet(EVENT.length());
                }
            });
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            int port = PackagedGateway.freePort();
            try (PackagedGateway gateway = PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                    "JAVA_OPTS", "-Xmx160m -XX:+UseG1GC -XX:NativeMemoryTracking=summary"),
                    "-c", config.toString(), "--host", "127.0.0.1", "--port", String.valueOf(port))
                    .awaitOutput("Listening");
                    ProcessVitals process = new ProcessVitals(gateway.pid())) {
                begin(clients, port, 1);
                awaitStandstill(sent);
                ProcessVitals.Vitals before = process.read();
                begin(clients, port, STREAMS);
                awaitStandstill(sent);
                ProcessVitals.Vitals stalled = process.read();
                long each = (stalled.heap() + stalled.direct() - before.heap() - before.direct()) / STREAMS;
                System.out.println("A stalled stream holds " + each / 1024 + " KiB, "
                        + (stalled.heap() - before.heap()) / STREAMS / 1024 + " of them in the heap");
                assertTrue(each < MOST_PER_STREAM, each + " bytes a stream");
            } finally {
                for (RawClient client : clients) {
                    client.close();
                }
            }
        }
    }

    private static void begin(List<RawClient> clients, int port, int streams) throws Exception {
        for (int i = 0; i < streams; i++) {
            RawClient client = new RawClient(port);
            clients.add(client);
            client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("data: ");
        }
    }

    /** Until the upstream gets rid of nothing more. */
    private static void awaitStandstill(AtomicLong sent) {
        AtomicLong seen = new AtomicLong(-1);
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(700))
                .until(() -> seen.getAndSet(sent.get()) == sent.get());
    }
}
