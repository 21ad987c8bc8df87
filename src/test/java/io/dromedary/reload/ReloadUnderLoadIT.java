package io.dromedary.reload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.LiveObjects;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Twenty reloads, good and bad, with streams in flight and requests that are being uploaded at each. */
@Tag("long")
@Timeout(300)
class ReloadUnderLoadIT {

    private static final int RELOADS = 20;
    private static final int STREAMS = 100;
    private static final int UPLOADS = 10;

    @Test
    void noRequestIsRefusedNoEventIsLostAndNothingIsLeftBehind() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        long contextsBefore = LiveObjects.count(DefaultCamelContext.class);
        try (FakeUpstream upstream = FakeUpstream.start().does((request, line) -> {
            if (request.text().contains("\"stream\":true")) {
                line.streamHead().event(Replies.chunk("begun"));
                go.await();
                line.event(Replies.chunk("ended")).event(Replies.finish()).event("[DONE]").endOfChunks();
            } else {
                line.json(200, Replies.chat("uploaded"));
            }
        }); RunningGateway gateway =
                RunningGateway.with(RunningGateway.single(upstream), Map.of("gateway.upstream.connections", "2500"))) {
            List<RawClient> streams = new ArrayList<>();
            for (int i = 0; i < STREAMS; i++) {
                streams.add(stream(gateway));
            }
            long threads = 0;
            long classes = 0;
            for (int i = 1; i <= RELOADS; i++) {
                reloadWhileUploading(gateway, i);
                streams.add(stream(gateway));
                if (i == 3) {
                    threads = threads();
                    classes = ManagementFactory.getClassLoadingMXBean().getLoadedClassCount();
                }
            }
            go.countDown();
            for (RawClient stream : streams) {
                String rest = stream.readUntil("data: [DONE]\n\n");
                assertTrue(rest.contains("ended"), rest);
                stream.close();
            }
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> gateway.app().generationsAlive() == 1);
            // At most: what an earlier test has left may be collected meanwhile. A kind of reload that leaks leaves
            // more than that.
            Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> assertTrue(
                    LiveObjects.count(DefaultCamelContext.class) <= contextsBefore + 1,
                    "Camel contexts in the memory"));
            assertEquals(0, gateway.app().requestsInFlight());
            assertEquals(0, gateway.app().heldBytes());
            assertWithin("loaded classes", classes, ManagementFactory.getClassLoadingMXBean().getLoadedClassCount(),
                    "");
            long before = threads + 1; // the app's one thread that ends generations: none had ended at the third reload
            Awaitility.await().atMost(20, TimeUnit.SECONDS).untilAsserted(() -> assertWithin("threads", before,
                    threads(), names()));
        }
    }

    private static RawClient stream(RunningGateway gateway) throws Exception {
        RawClient client = new RawClient(gateway.port());
        client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
        return client;
    }

    private static void reloadWhileUploading(RunningGateway gateway, int number) throws Exception {
        String body = RunningGateway.chat("only", false);
        List<RawClient> uploads = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            uploads.add(new RawClient(gateway.port())
                    .send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + RunningGateway.KEY + "\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body.substring(0, 10)));
        }
        Path config = gateway.home().resolve("litellm_config.yaml");
        String good = Files.readString(config);
        boolean bad = number % 4 == 2;
        // What the files show by themselves, and what only Camel finds out.
        Path route = gateway.home().resolve("routes/own.camel.yaml");
        if (number % 8 == 2) {
            Files.writeString(route, "- from: {uri: 'direct:own', steps: [{unmarshal: {csv: {}}}]}\n");
        } else {
            Files.writeString(config, bad ? good.replace("model_list", "modle_list") : good + "# " + number + "\n");
        }
        assertEquals(bad ? 422 : 200, gateway.post("/reload", "").statusCode());
        if (bad) {
            Files.writeString(config, good);
            Files.deleteIfExists(route);
        }
        for (RawClient upload : uploads) {
            String answer = upload.send(body.substring(10)).readUntil("}}");
            assertTrue(answer.contains("uploaded"), answer);
            upload.close();
        }
    }

    private static void assertWithin(String what, long before, long after, String which) {
        assertTrue(after <= before * 1.02, what + " grew from " + before + " to " + after + " " + which);
    }

    /**
     * The platform threads but the test's own (the fake upstream has one for each connection that is kept to it) and,
     * on Java 17, those of the pool for requests: it makes one for each task until it has gateway.threads, whoever is
     * idle.
     */
    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.getName().matches(
                "(vert\\.x-worker-thread|fake-upstream|HttpClient|awaitility|ForkJoinPool|VirtualThread).*")).count();
    }

    /** How many platform threads there are of each name, numbers left out. */
    private static String names() {
        return Thread.getAllStackTraces().keySet().stream()
                .collect(Collectors.groupingBy(thread -> thread.getName().replaceAll("\\d+", ""), TreeMap::new,
                Collectors.counting()))
                .toString();
    }
}
