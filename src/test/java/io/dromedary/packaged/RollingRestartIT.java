package io.dromedary.packaged;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.HaProxy;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * Three packaged gateways behind the system's HAProxy, which share a hundred streams and four clients of plain
 * requests, are stopped and started one after the other: no stream is cut and no request refused.
 */
@Tag("long")
class RollingRestartIT {

    private static final int GATEWAYS = 3;
    private static final int STREAMS = 100;
    private static final int PLAIN_CLIENTS = 4;
    private static final long PACE_MS = 20;
    /** A stream lasts for so many events, one every 200 ms: longer than the gateway's delay before it refuses. */
    private static final int EVENTS = 20;
    /** Ten times what HAProxy takes to notice. */
    private static final String DELAY_MS = System.getProperty("dromedary.shutdown.delay", "3000");

    @TempDir
    private Path folder;
    private final AtomicInteger streamsWhole = new AtomicInteger();
    private final AtomicInteger plainAnswers = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    @BeforeAll
    static void isThere() {
        // On its way into the project, a change must not pass because nobody looked.
        assertTrue(HaProxy.program().isPresent() || System.getenv("DROMEDARY_CI") == null,
                "There is no HAProxy here: apt-get install haproxy");
        assumeTrue(HaProxy.program().isPresent(), "There is no HAProxy here: apt-get install haproxy");
    }

    @Test
    @Timeout(300)
    void noStreamIsCutAndNoRequestRefused() throws Exception {
        List<Integer> ports = new ArrayList<>();
        List<PackagedGateway> gateways = new ArrayList<>();
        try (FakeUpstream upstream = FakeUpstream.start().does((request, line) -> {
            if (request.text().contains("\"stream\":true")) {
                line.streamHead();
                for (int i = 0; i < EVENTS; i++) {
                    line.event(Replies.chunk("word" + i)).silentFor(200);
                }
                line.event(Replies.finish()).event("[DONE]").endOfChunks();
            } else {
                line.json(200, Replies.chat("hello"));
            }
        })) {
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            for (int i = 0; i < GATEWAYS; i++) {
                ports.add(PackagedGateway.freePort());
                gateways.add(start(config, ports.get(i)));
            }
            for (PackagedGateway gateway : gateways) {
                gateway.awaitOutput("Listening");
            }
            try (HaProxy proxy = HaProxy.start(ports)) {
                for (int i = 0; i < GATEWAYS; i++) {
                    proxy.await(i, true);
                }
                List<Thread> clients = clients(proxy.port());
                await().atMost(Duration.ofSeconds(30)).until(() -> begun.get() >= STREAMS);
                for (int i = 0; i < GATEWAYS; i++) {
                    gateways.get(i).terminate();
                    assertEquals(0, gateways.get(i).awaitExit());
                    gateways.get(i).close();
                    gateways.set(i, start(config, ports.get(i)).awaitOutput("Listening"));
                    proxy.await(i, true);
                }
                over = true;
                for (Thread client : clients) {
                    client.join();
                }
            }
        } finally {
            over = true;
            for (PackagedGateway gateway : gateways) {
                gateway.close();
            }
        }
        String seen = streamsWhole + " streams whole, " + plainAnswers + " plain answers, " + failures.size()
                + " failed: " + failures.stream().distinct().limit(5).toList();
        System.out.println("RollingRestartIT: " + seen);
        assertEquals(0, failures.size(), seen);
        assertTrue(streamsWhole.get() > 2 * STREAMS && plainAnswers.get() > 100, seen);
    }

    private PackagedGateway start(Path config, int port) throws IOException {
        return PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                "GATEWAY_SHUTDOWN_DELAY", DELAY_MS), "-c", config.toString(), "--host", "127.0.0.1", "--port",
                String.valueOf(port));
    }

    /** Each asks again as soon as it has its answer; one that fails leaves. */
    private List<Thread> clients(int port) {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < STREAMS + PLAIN_CLIENTS; i++) {
            boolean streams = i < STREAMS;
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                    + "/v1/chat/completions")).header("Authorization", "Bearer " + RunningGateway.KEY)
                    .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("only", streams))).build();
            Thread client = new Thread(() -> {
                try {
                    while (!over) {
                        ask(http, request, streams);
                        if (!streams) {
                            TimeUnit.MILLISECONDS.sleep(PACE_MS); // so that gateways that start have processor time
                        }
                    }
                } catch (IOException | RuntimeException | InterruptedException e) {
                    failures.add(causes(e));
                }
            });
            client.start();
            clients.add(client);
        }
        return clients;
    }

    /** What the client tells of a body that is cut stands in the causes only. */
    private static String causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).map(Throwable::toString)
                .collect(Collectors.joining(" <- "));
    }

    private void ask(HttpClient http, HttpRequest request, boolean streams) throws IOException, InterruptedException {
        HttpResponse<Stream<String>> answer = http.send(request, HttpResponse.BodyHandlers.ofLines());
        if (streams) {
            begun.incrementAndGet();
        }
        List<String> lines = new ArrayList<>();
        try {
            answer.body().filter(line -> !line.isEmpty()).forEach(lines::add);
        } catch (UncheckedIOException e) {
            throw new IOException("Cut: " + answer.statusCode() + " " + answer.headers().map() + " " + lines, e);
        }
        if (answer.statusCode() != 200) {
            throw new IOException("Refused: " + answer.statusCode() + " " + lines);
        }
        if (!streams) {
            plainAnswers.incrementAndGet();
        } else if (isWhole(lines)) {
            streamsWhole.incrementAndGet();
        } else {
            throw new IOException("A stream was cut: " + lines);
        }
    }

    private static boolean isWhole(List<String> lines) {
        boolean whole = lines.size() == EVENTS + 2 && lines.get(EVENTS + 1).equals("data: [DONE]");
        for (int i = 0; i < EVENTS && whole; i++) {
            whole = lines.get(i).contains("\"word" + i + "\"");
        }
        return whole;
    }
}
