package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Scrape;

/** What {@code /metrics} tells, to whom, and that no client can make it tell more. */
@Timeout(90)
@TestInstance(Lifecycle.PER_CLASS)
class MetricsTest {

    private static final String CHAT = "/v1/chat/completions";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final String config = RunningGateway.localAndCloud(local, cloud).replace("litellm_settings:", """
              - model_name: any/*
                litellm_params: {model: openai/*, api_base: '%s'}
                model_info: {id: any-id}
            litellm_settings:""".formatted(cloud.baseUrl())) + "router_settings: {allowed_fails: 1000}\n";
    private final RunningGateway gateway = fixture.gateway(config, Map.of("gateway.log.format", "json"));

    @BeforeEach
    void asBefore() {
        local.says("hello");
        cloud.says("from the cloud");
    }

    private HttpResponse<String> ask(String model, boolean stream) {
        return gateway.post(CHAT, RunningGateway.chat(model, stream));
    }

    /** What is told now: the page is kept for a second, and none is like the one before it. */
    private Scrape fresh() {
        String kept = gateway.get("/metrics").body();
        return await().until(this::scrape, now -> !now.text().equals(kept));
    }

    /** What is told once {@code requests} more than before have been counted. */
    private Scrape after(Scrape before, int requests) {
        double wanted = total(before) + requests;
        return await().until(this::scrape, now -> total(now) >= wanted);
    }

    private static double total(Scrape scrape) {
        return scrape.sum("litellm_proxy_total_requests_metric_total");
    }

    private Scrape scrape() {
        HttpResponse<String> answer = gateway.get("/metrics");
        assertEquals(200, answer.statusCode());
        return Scrape.of(answer.body());
    }

    @Test
    void bothPathsAnswerWithTheKeyAndNoneWithout() {
        for (String path : List.of("/metrics", "/metrics/")) {
            HttpResponse<String> answer = gateway.get(path);
            assertEquals(200, answer.statusCode());
            assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("text/plain; version=0.0.4"));
            assertTrue(answer.body().contains("# TYPE litellm_in_flight_requests gauge\n"));
            assertEquals(401, gateway.send(gateway.request(path).build()).statusCode());
            assertEquals(405, gateway.post(path, "{}").statusCode());
        }
        assertEquals(404, gateway.get("/metrics/x").statusCode());
    }

    @Test
    void aRequestThatFellBackIsCountedAtTheOneThatFailedAndAtTheOneThatAnswered() {
        local.does((request, line) -> line.json(500, Replies.error("no", "server_error", "x")));
        Scrape before = fresh();
        assertEquals(200, ask("local", false).statusCode());
        Scrape now = after(before, 1);
        Map<String, Double> grown = new TreeMap<>();
        for (String[] each : new String[][] {
            {"litellm_proxy_total_requests_metric_total", "requested_model=\"local\"", "status_code=\"200\"",
                "route=\"" + CHAT + "\"", "model_id=\"cloud-id\"", "api_key_alias=\"master\"", "user=\"None\""},
            {"litellm_deployment_failure_responses_total", "model_id=\"local-id\"", "exception_status=\"500\"",
                "exception_class=\"InternalServerError\"", "litellm_model_name=\"local-upstream\"",
                "api_base=\"local-id\""},
            {"litellm_deployment_success_responses_total", "requested_model=\"local\"", "model_id=\"cloud-id\""},
            {"litellm_deployment_successful_fallbacks_total", "requested_model=\"local\"", "fallback_model=\"cloud\""},
            {"dromedary_attempts_total", "deployment=\"local-id\"", "choice=\"first\"", "outcome=\"failed\"",
                "kind=\"server_error\""},
            {"dromedary_attempts_total", "deployment=\"cloud-id\"", "choice=\"fallback\"", "outcome=\"answered\""},
            {"litellm_request_total_latency_metric_count", "requested_model=\"local\"", "model=\"cloud-upstream\""},
            {"litellm_overhead_latency_metric_count", "model_id=\"cloud-id\""},
            {"litellm_total_tokens_metric_total", "model_id=\"cloud-id\""}}) {
            String[] labels = List.of(each).subList(1, each.length).toArray(new String[0]);
            grown.put(String.join(" ", each), now.sum(each[0], labels) - before.sum(each[0], labels));
        }
        grown.forEach((name, by) -> assertEquals(name.startsWith("litellm_total_tokens") ? 2 : 1, by, name));
        assertEquals(before.sum("litellm_proxy_failed_requests_metric_total"),
                now.sum("litellm_proxy_failed_requests_metric_total"), "the client was well served");
        assertEquals(0, now.sum("litellm_deployment_failure_responses_total", "model_id=\"cloud-id\""));
    }

    @Test
    void whatTheGatewayKnowsOfItselfIsTold() {
        ask("local", true);
        Scrape now = fresh();
        assertEquals(1, now.sum("dromedary_breaker_state", "deployment=\"local-id\"", "state=\"closed\""));
        assertEquals(0, now.sum("litellm_deployment_state"));
        for (String name : new String[] {"dromedary_requests_limit", "dromedary_generation",
            "dromedary_memory_limit_bytes", "dromedary_client_connections"}) {
            assertTrue(now.sum(name) >= 1, name);
        }
        assertTrue(now.sum("dromedary_upstream_connections", "deployment=\"local-id\"") >= 1);
        assertTrue(now.text().contains("jvm_memory_used_bytes"));
        await().until(() -> scrape().sum("dromedary_event_loop_lateness_seconds_count") > 0);
    }

    @Test
    void aThousandNamesOfModelsAndKeysMakeAtMostOneSeriesOfEachMetric() throws IOException {
        ask("local", false);
        ask("any/one", false);
        ask("nobody's", false);
        gateway.send(gateway.request(CHAT, "Authorization", "Bearer wrong").POST(HttpRequest.BodyPublishers
                .ofString(RunningGateway.chat("local", false))).build());
        Scrape before = await().until(this::scrape, scrape -> scrape.sum("litellm_proxy_total_requests_metric_total",
                "status_code=\"401\"") > 0 && scrape.sum("litellm_proxy_total_requests_metric_total",
                "requested_model=\"any/*\"") > 0);
        for (int i = 0; i < 500; i++) {
            gateway.post("/x/" + i + "/y", "{}");
            ask((i % 2 == 0 ? "any/" : "none/") + i, false);
            gateway.send(gateway.request(CHAT, "Authorization", "Bearer wrong-" + i).GET().build());
        }
        Map<String, Integer> were = before.counts();
        after(before, 1500).counts().forEach((name, count) -> assertTrue(name.startsWith("jvm_")
                || count <= were.getOrDefault(name, 0) + 1, name + " has " + count + " series"));
    }

    @Test
    void metricsAndLogAndClientsCountTheSame() throws Exception {
        Scrape before = fresh();
        Map<Integer, Integer> told = new TreeMap<>();
        Map<Integer, Integer> logged = new TreeMap<>();
        int asked = 60;
        long tokens = 0;
        try (LogLines log = LogLines.ofRequests()) {
            for (int i = 0; i < asked; i++) {
                int kind = i % 6;
                local.does((request, line) -> {
                    if (kind == 1) {
                        line.json(500, Replies.error("no", "server_error", "x"));
                    } else if (kind == 2) {
                        line.json(400, Replies.error("yours", "invalid_request_error", "x"));
                    } else {
                        line.json(200, Replies.chat("hello"));
                    }
                });
                HttpResponse<String> answer = kind == 3 ? ask("nobody's", false)
                        : kind == 4 ? gateway.post("/no/such", "{}")
                        : kind == 5 ? gateway.post(CHAT, "{") : ask("local", false);
                told.merge(answer.statusCode(), 1, Integer::sum);
                tokens += answer.statusCode() == 200 ? 2 : 0;
            }
            await().until(() -> log.lines().size() == asked);
            for (String line : log.lines()) {
                JsonNode json = new ObjectMapper().readTree(line);
                logged.merge(json.path("status").asInt(), 1, Integer::sum);
            }
        }
        assertEquals(told, logged);
        Scrape now = after(before, asked);
        told.forEach((status, count) -> assertEquals((double) count,
                now.sum("litellm_proxy_total_requests_metric_total", "status_code=\"" + status + "\"")
                - before.sum("litellm_proxy_total_requests_metric_total", "status_code=\"" + status + "\""),
                "status " + status));
        assertEquals(asked, total(now) - total(before));
        assertEquals(told.entrySet().stream().filter(each -> each.getKey() >= 400).mapToInt(Map.Entry::getValue).sum(),
                now.sum("litellm_proxy_failed_requests_metric_total")
                - before.sum("litellm_proxy_failed_requests_metric_total"));
        assertEquals(tokens, now.sum("litellm_total_tokens_metric_total")
                - before.sum("litellm_total_tokens_metric_total"));
    }

    /** In a gateway of its own, since deployments come and go. */
    @Test
    void aReloadNeitherDoublesNorResetsAndDropsWhatIsGone() throws IOException {
        try (RunningGateway own = RunningGateway.with(config)) {
            for (String model : List.of("local", "cloud", "embed")) {
                own.post(model.equals("embed") ? "/v1/embeddings" : CHAT, model.equals("embed")
                        ? "{\"model\":\"embed\",\"input\":\"x\"}" : RunningGateway.chat(model, false));
            }
            Scrape before = await().until(() -> Scrape.of(own.get("/metrics").body()), scrape -> total(scrape) == 3);
            Files.writeString(own.home().resolve("litellm_config.yaml"),
                    config.replaceAll("(?s)  - model_name: embed.*?mode: embedding}\n", ""));
            assertEquals(List.of(), own.app().reloading().reload().problems());
            Scrape now = await().until(() -> Scrape.of(own.get("/metrics").body()),
                    scrape -> scrape.sum("dromedary_generation") == 2);
            assertEquals(1, now.sum("dromedary_reloads_total", "result=\"ok\""));
            assertEquals(2, total(now), "what was counted of the deployment that is gone is gone");
            assertFalse(now.text().contains("embed-id"), "the deployment is gone");
            before.series().forEach((series, value) -> {
                if (series.startsWith("litellm_deployment_success") && series.contains("local-id")) {
                    assertEquals(value, now.series().get(series), series);
                }
            });
            own.post(CHAT, RunningGateway.chat("local", false));
            await().until(() -> Scrape.of(own.get("/metrics").body()).sum(
                    "litellm_deployment_success_responses_total", "model_id=\"local-id\"") == 2);
        }
    }

    @Test
    void itIsOpenWhereASettingSaysSo() {
        try (RunningGateway open = RunningGateway.with(config, Map.of("gateway.metrics.open", "true"))) {
            HttpResponse<String> answer = open.send(open.request("/metrics").build());
            assertEquals(200, answer.statusCode());
            assertEquals(0, total(Scrape.of(answer.body())));
            assertEquals(401, open.send(open.request("/v1/models").build()).statusCode());
        }
    }

    /** LiteLLM's key is what somebody has written on purpose; the gateway's own setting always has a value. */
    @Test
    void litellmsKeyCountsMoreThanTheSetting() throws IOException {
        String open = config.replace("litellm_settings:\n", "litellm_settings:\n"
                + "  require_auth_for_metrics_endpoint: false\n");
        try (RunningGateway own = RunningGateway.with(open, Map.of("gateway.metrics.open", "false"))) {
            assertEquals(200, own.send(own.request("/metrics").build()).statusCode());
            Files.writeString(own.home().resolve("application.properties"), "\ngateway.metrics.open=true\n",
                    StandardOpenOption.APPEND);
            Files.writeString(own.home().resolve("litellm_config.yaml"), open.replace("endpoint: false",
                    "endpoint: true"));
            assertEquals(List.of(), own.app().reloading().reload().problems());
            assertEquals(401, own.send(own.request("/metrics").build()).statusCode());
        }
    }

    @Test
    void thePortForManagementTellsThemTooAndTheyAreToldUntilTheGatewayHasEnded() throws Exception {
        int management;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            management = free.getLocalPort();
        }
        try (RunningGateway own = RunningGateway.with(config, Map.of("gateway.management.port",
                String.valueOf(management))); RawClient client = new RawClient(own.port())) {
            assertTrue(ofManagement(management, "Bearer sk-wrong").contains(" 401 "));
            local.does((request, line) -> {
                line.streamHead().event(Replies.chunk("one"));
                line.awaitClosed();
            });
            client.post(CHAT, RunningGateway.chat("local", true));
            client.readUntil("one");
            CompletableFuture<Void> ending = CompletableFuture.runAsync(own.app()::close);
            await().until(() -> own.get("/v1/models").statusCode() == 503);
            assertEquals(200, own.get("/metrics").statusCode());
            assertTrue(ofManagement(management, "Bearer " + RunningGateway.KEY)
                    .contains("litellm_in_flight_requests 1.0"), "the stream is still there");
            client.reset();
            ending.get(20, TimeUnit.SECONDS);
        }
    }

    private static String ofManagement(int port, String authorization) throws IOException {
        try (RawClient client = new RawClient(port)) {
            return client.send("GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: "
                    + authorization + "\r\n\r\n").readAll();
        }
    }
}
