package io.dromedary.packaged;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.HaProxy;
import io.dromedary.harness.RedisServer;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * Three packaged gateways behind the system's HAProxy, with one Redis. Three apps ask for as much as they can for as
 * long as {@code soak.limits.seconds} says (15): one is bound by its requests a minute, one by its tokens, and one has
 * limits that it never reaches. The first two get what their limits grant and no more, the third notices nothing.
 */
@Tag("long")
class SharedLimitsIT {

    private static final int SECONDS = Integer.getInteger("soak.limits.seconds", 15);
    private static final int GATEWAYS = 3;
    private static final int CLIENTS = 3;
    private static final int WARM = 300;
    private static final long PACE_MS = 15;
    private static final int RPM = 120;
    private static final int TPM = 12_000;
    /** Of each answer. */
    private static final int TOKENS = 100;
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":" + (TOKENS - 10)
            + ",\"total_tokens\":" + TOKENS + "}}";

    @TempDir
    private Path folder;
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean over;

    /** An app with a key of its own, and what became of its requests. */
    private record App(String alias, AtomicInteger served, AtomicInteger refused, AtomicInteger unhelpful) {

        App(String alias) {
            this(alias, new AtomicInteger(), new AtomicInteger(), new AtomicInteger());
        }

        String key() {
            return "sk-" + alias + "-0123456789abcdef0123456789";
        }
    }

    @BeforeAll
    static void isThere() {
        assertTrue(HaProxy.program().isPresent() || System.getenv("DROMEDARY_CI") == null,
                "There is no HAProxy here: apt-get install haproxy");
        assumeTrue(HaProxy.program().isPresent(), "There is no HAProxy here: apt-get install haproxy");
        RedisServer.require();
    }

    private String config(FakeUpstream upstream) {
        return """
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/up, api_base: '%s'}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                virtual_keys:
                  - {key_alias: calls, key: %s, rpm_limit: %d}
                  - {key_alias: words, key: %s, tpm_limit: %d}
                  - {key_alias: calm, key: %s, rpm_limit: 1000000, tpm_limit: 1000000000,
                     max_parallel_requests: 1000}
                """.formatted(upstream.baseUrl(), new App("calls").key(), RPM, new App("words").key(), TPM,
                new App("calm").key());
    }

    @Test
    @Timeout(300)
    void limitsHoldOverAllGatewaysAndWhatTheyGrantCanBeUsed() throws Exception {
        List<Integer> ports = new ArrayList<>();
        List<PackagedGateway> gateways = new ArrayList<>();
        List<App> apps = List.of(new App("calls"), new App("words"), new App("calm"));
        double seconds;
        try (RedisServer redis = RedisServer.start(); FakeUpstream upstream = FakeUpstream.start().does(
                (request, line) -> line.json(200, Replies.chat("hello").replaceFirst("\"usage\":.*", USAGE)))) {
            Path config = Files.writeString(folder.resolve("c.yaml"), config(upstream));
            for (int i = 0; i < GATEWAYS; i++) {
                ports.add(PackagedGateway.freePort());
                gateways.add(PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                        "REDIS_HOST", "127.0.0.1", "REDIS_PORT", String.valueOf(redis.port())), "-c",
                        config.toString(), "--host", "127.0.0.1", "--port", String.valueOf(ports.get(i))));
            }
            for (PackagedGateway gateway : gateways) {
                gateway.awaitOutput("Listening");
                gateway.awaitOutput("Limits are held by all gateways together");
            }
            try (HaProxy proxy = HaProxy.start(ports)) {
                for (int i = 0; i < GATEWAYS; i++) {
                    proxy.await(i, true);
                }
                List<Thread> clients = new ArrayList<>(clients(proxy.port(), apps.get(2)));
                // A gateway that has just begun is too slow to ask for more than a bucket fills by.
                await().atMost(Duration.ofSeconds(60)).until(() -> apps.get(2).served.get() >= WARM);
                long begun = System.nanoTime();
                clients.addAll(clients(proxy.port(), apps.get(0)));
                clients.addAll(clients(proxy.port(), apps.get(1)));
                TimeUnit.SECONDS.sleep(SECONDS); // how long they ask, and not a wait for something
                over = true;
                for (Thread client : clients) {
                    client.join();
                }
                seconds = (System.nanoTime() - begun) / 1e9;
            }
        } finally {
            over = true;
            for (PackagedGateway gateway : gateways) {
                gateway.close();
            }
        }
        apps.forEach(app -> System.out.printf("SharedLimitsIT: %s, %.1f s: served %d, refused %d%n", app.alias,
                seconds, app.served.get(), app.refused.get()));
        assertEquals(List.of(), failures.stream().distinct().limit(5).toList());
        // What the bucket had at first, and what it has filled by since.
        holds(apps.get(0), RPM + RPM / 60.0 * seconds);
        holds(apps.get(1), (TPM + TPM / 60.0 * seconds) / TOKENS);
        assertEquals(0, apps.get(2).refused.get(), "the calm one notices nothing");
        assertTrue(apps.get(2).served.get() > 100, "served " + apps.get(2).served);
        apps.forEach(app -> assertEquals(0, app.unhelpful.get(), "each refusal says when to come again"));
    }

    /** No more than was possible, and not less by more than a hundredth and one for each client that asks. */
    private static void holds(App app, double possible) {
        assertTrue(app.served.get() <= Math.ceil(possible), app.alias + ": " + app.served + " of " + possible);
        assertTrue(app.refused.get() > 0, app.alias + " asks for more than there is");
        assertTrue(app.served.get() >= 0.99 * possible - CLIENTS, app.alias + ": " + app.served + " of " + possible);
    }

    private List<Thread> clients(int port, App app) {
        return Stream.generate(() -> client(port, app)).limit(CLIENTS).toList();
    }

    private Thread client(int port, App app) {
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .header("Authorization", "Bearer " + app.key()).POST(HttpRequest.BodyPublishers.ofString(
                "{\"model\":\"only\",\"max_tokens\":" + TOKENS
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"hello\"}]}")).build();
        Thread client = new Thread(() -> {
            try {
                while (!over) {
                    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                    if (answer.statusCode() == 200) {
                        app.served.incrementAndGet();
                    } else if (answer.statusCode() == 429) {
                        app.refused.incrementAndGet();
                        app.unhelpful.addAndGet(answer.headers().firstValue("retry-after").isPresent() ? 0 : 1);
                    } else {
                        failures.add(app.alias + ": " + answer.statusCode() + " " + answer.body());
                    }
                    TimeUnit.MILLISECONDS.sleep(PACE_MS); // three gateways share two cores
                }
            } catch (IOException | InterruptedException e) {
                failures.add(e.toString());
            }
        });
        client.start();
        return client;
    }
}
