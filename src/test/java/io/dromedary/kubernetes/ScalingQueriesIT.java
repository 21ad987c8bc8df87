package io.dromedary.kubernetes;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Prometheus;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** The system's Prometheus reads three gateways, and answers what KEDA and prometheus-adapter are told to ask it. */
@Timeout(120)
class ScalingQueriesIT {

    private static final Pattern QUERY = Pattern.compile("(?m)^ *(?:query|metricsQuery): (.+)$");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    @TempDir
    private Path folder;

    @BeforeAll
    static void isThere() {
        // On its way into the project, a change must not pass because nobody looked.
        assertTrue(Prometheus.isHere() || System.getenv("DROMEDARY_CI") == null,
                "There is no Prometheus here: apt-get install prometheus");
        assumeTrue(Prometheus.isHere(), "There is no Prometheus here: apt-get install prometheus");
    }

    private static String query(String file) throws IOException {
        Matcher query = QUERY.matcher(Files.readString(Manifests.FOLDER.resolve("components").resolve(file)));
        assertTrue(query.find(), file);
        return query.group(1);
    }

    /** With the labels that a ServiceMonitor gives. */
    private Prometheus prometheus(List<RunningGateway> gateways) throws IOException {
        StringBuilder config = new StringBuilder("global: {scrape_interval: 1s}\nscrape_configs:\n"
                + "  - job_name: dromedary\n    authorization: {credentials: " + RunningGateway.KEY + "}\n"
                + "    static_configs:\n");
        for (int i = 0; i < gateways.size(); i++) {
            config.append("      - targets: ['127.0.0.1:").append(gateways.get(i).port())
                    .append("']\n        labels: {namespace: apps, pod: dromedary-").append(i).append("}\n");
        }
        return fixture.closing(Prometheus.start(folder, Files.writeString(folder.resolve("prometheus.yml"),
                config.toString())));
    }

    private static Map<String, Integer> byPod(JsonNode result) {
        Map<String, Integer> pods = new TreeMap<>();
        result.forEach(series -> pods.put(series.path("metric").path("pod").asText(),
                series.path("value").path(1).asInt()));
        return pods;
    }

    @Test
    void theyCountTheRequestsInFlightOfAllAndOfEach() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("begun"));
            go.await();
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        List<RunningGateway> gateways = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            gateways.add(fixture.gateway(RunningGateway.single(upstream)));
        }
        Prometheus prometheus = prometheus(gateways);
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < gateways.size(); i++) {
                for (int stream = 0; stream <= i; stream++) {
                    RawClient client = new RawClient(gateways.get(i).port());
                    clients.add(client);
                    client.post("/v1/chat/completions", RunningGateway.chat("only", true)).readUntil("begun");
                }
            }
            // Prometheus' own request for the metrics may be one of them.
            String keda = query("keda/scaledobject.yaml");
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                int all = prometheus.query(keda).path(0).path("value").path(1).asInt();
                return all >= 6 && all <= 9;
            });
            String adapter = query("hpa/adapter-rules.yaml").replace("<<.Series>>", "dromedary_requests_in_flight")
                    .replace("<<.LabelMatchers>>", "namespace=\"apps\",pod=~\"dromedary-0|dromedary-1|dromedary-2\"")
                    .replace("<<.GroupBy>>", "pod");
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                Map<String, Integer> pods = byPod(prometheus.query(adapter));
                assertEquals(3, pods.size(), pods.toString());
                for (int i = 0; i < 3; i++) {
                    int seen = pods.get("dromedary-" + i);
                    assertTrue(seen == i + 1 || seen == i + 2, pods.toString());
                }
            });
        } finally {
            go.countDown();
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
