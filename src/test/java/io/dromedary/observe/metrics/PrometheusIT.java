package io.dromedary.observe.metrics;

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

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Prometheus;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * The system's Prometheus reads a gateway as {@code deploy/prometheus} says, and each query of the dashboard in
 * {@code deploy/grafana}, and those of LiteLLM's public dashboards, gives something after traffic of all kinds.
 */
@Timeout(120)
class PrometheusIT {

    private static final Path DEPLOY = Path.of("deploy").toAbsolutePath();

    /** Shapes of queries from LiteLLM's own and other public dashboards. */
    private static final List<String> LITELLM = List.of(
            "sum(rate(litellm_proxy_total_requests_metric_total[2m]))",
            "sum(rate(litellm_proxy_total_requests_metric_total[2m])) by (status_code)",
            "sum(rate(litellm_proxy_total_requests_metric_total[2m])) by (api_key_alias)",
            "sum(rate(litellm_proxy_total_requests_metric_total[2m])) by (team_alias)",
            "sum(rate(litellm_proxy_total_requests_metric_total[2m])) by (requested_model)",
            "sum(rate(litellm_proxy_total_requests_metric_total[2m])) by (user)",
            "sum(rate(litellm_proxy_total_requests_metric_total{route=~\"/v1/.*|/chat/.*\"}[2m])) by (route)",
            "sum(rate(litellm_proxy_failed_requests_metric_total[2m])) by (exception_class)",
            "sum(rate(litellm_proxy_failed_requests_metric_total[2m]))"
                    + " / sum(rate(litellm_proxy_total_requests_metric_total[2m]))",
            quantile("litellm_request_total_latency_metric", "le"),
            quantile("litellm_request_total_latency_metric", "le, model"),
            quantile("litellm_request_total_latency_metric", "le, requested_model"),
            "sum(rate(litellm_request_total_latency_metric_sum[2m]))"
                    + " / sum(rate(litellm_request_total_latency_metric_count[2m]))",
            quantile("litellm_llm_api_latency_metric", "le, model"),
            quantile("litellm_llm_api_time_to_first_token_metric", "le, model"),
            quantile("litellm_overhead_latency_metric", "le"),
            quantile("litellm_overhead_with_guardrails_latency_metric", "le"),
            quantile("litellm_request_queue_time_seconds", "le"),
            quantile("litellm_deployment_latency_per_output_token", "le, model"),
            "sum(rate(litellm_spend_metric_total[2m])) by (model)",
            "sum(rate(litellm_total_tokens_metric_total[2m])) by (model)",
            "sum(rate(litellm_input_tokens_metric_total[2m])) by (requested_model)",
            "sum(increase(litellm_output_tokens_metric_total[24h])) by (user)",
            "sum(rate(litellm_input_cached_tokens_metric_total[2m])) by (requested_model)"
                    + " / sum(rate(litellm_input_tokens_metric_total[2m])) by (requested_model)",
            "sum(rate(litellm_output_reasoning_tokens_metric_total[2m])) by (requested_model)"
                    + " / sum(rate(litellm_output_tokens_metric_total[2m])) by (requested_model)",
            "max by (litellm_model_name, api_base) (litellm_deployment_state)",
            "sum(rate(litellm_deployment_total_requests_total[2m])) by (requested_model)",
            "sum(rate(litellm_deployment_success_responses_total[2m])) by (requested_model)",
            "sum(rate(litellm_deployment_failure_responses_total[2m])) by (litellm_model_name, exception_class)",
            "sum(litellm_deployment_cooled_down_total) by (litellm_model_name, exception_status)",
            "sum(rate(litellm_deployment_successful_fallbacks_total[2m])) by (requested_model, fallback_model)",
            "sum(rate(litellm_deployment_failed_fallbacks_total[2m])) by (requested_model, fallback_model,"
                    + " exception_class, exception_status)",
            "max by (litellm_model_name, api_base) (litellm_deployment_rpm_limit)",
            "max by (litellm_model_name, api_base) (litellm_deployment_tpm_limit)",
            "min by (model_group, api_provider) (litellm_remaining_requests_metric)",
            "min by (model_group, api_provider) (litellm_remaining_tokens_metric)",
            "min by (model_group) (litellm_remaining_requests)",
            "min by (model_group) (litellm_remaining_tokens)",
            "sum(litellm_in_flight_requests)",
            "sum(rate(litellm_cache_hits_metric_total[2m]))",
            "sum(rate(litellm_cache_misses_metric_total[2m]))",
            "sum(rate(litellm_cached_tokens_metric_total[2m]))",
            "sum(rate(litellm_guardrail_requests_total[2m])) by (guardrail_name, status, hook_type)",
            "sum(rate(litellm_guardrail_errors_total[2m])) by (guardrail_name)",
            "litellm_remaining_api_key_budget_metric",
            "litellm_api_key_max_budget_metric",
            "min by (api_key_alias) (litellm_api_key_budget_remaining_hours_metric)",
            "litellm_remaining_api_key_requests_for_model",
            "litellm_remaining_api_key_tokens_for_model",
            "sum(rate(litellm_requests_metric_total[2m])) by (model)",
            "sum(rate(litellm_llm_api_failed_requests_metric_total[2m])) by (model)");

    @TempDir
    private Path folder;

    private static String quantile(String name, String by) {
        return "histogram_quantile(0.95, sum(rate(" + name + "_bucket[2m])) by (" + by + "))";
    }

    @BeforeAll
    static void isThere() {
        // On its way into the project, a change must not pass because nobody looked.
        assertTrue(Prometheus.isHere() || System.getenv("DROMEDARY_CI") == null,
                "There is no Prometheus here: apt-get install prometheus");
        assumeTrue(Prometheus.isHere(), "There is no Prometheus here: apt-get install prometheus");
    }

    @Test
    void theRulesOfAlertsAreRightAndFireWhenTheyShould() throws Exception {
        String rules = Prometheus.promtool(null, "check", "rules", DEPLOY.resolve("prometheus/alerts.yml").toString());
        assertTrue(rules.startsWith("0 "), rules);
        String tests = Prometheus.promtool(null, "test", "rules",
                DEPLOY.resolve("prometheus/alerts.test.yml").toString());
        assertTrue(tests.startsWith("0 "), tests);
    }

    @Test
    void eachQueryOfTheDashboardsGivesSomethingAfterTrafficOfAllKinds() throws Exception {
        try (FakeUpstream local = FakeUpstream.start(); FakeUpstream cloud = FakeUpstream.start();
                RunningGateway gateway = RunningGateway.with(config(local, cloud));
                Prometheus prometheus = start(gateway.port())) {
            await().atMost(Duration.ofSeconds(20)).ignoreExceptions()
                    .until(() -> prometheus.query("up == 1").size() == 1);
            Path page = folder.resolve("metrics.txt");
            List<String> wanted = new ArrayList<>(LITELLM);
            wanted.addAll(expressionsOfTheDashboard());
            assertTrue(wanted.size() > LITELLM.size() + 30, "the dashboard was read");
            await().atMost(Duration.ofSeconds(60)).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        // Rates need a series that has grown since it was seen first.
                        traffic(gateway, local, cloud);
                        assertEquals(List.of(), silent(prometheus, wanted));
                    });
            Files.writeString(page, gateway.get("/metrics").body());
            String checked = Prometheus.promtool(page, "check", "metrics");
            assertEquals(List.of(), complaints(checked));
        }
    }

    /** What promtool does not like, but for a name that is LiteLLM's: it would have seconds there, not hours. */
    private static List<String> complaints(String checked) {
        return checked.substring(checked.indexOf(' ')).lines().filter(line -> !line.isBlank()
                && !line.contains("litellm_api_key_budget_remaining_hours_metric")).toList();
    }

    private static List<String> silent(Prometheus prometheus, List<String> wanted) throws IOException {
        List<String> silent = new ArrayList<>();
        for (String expression : wanted) {
            if (prometheus.query(expression).isEmpty()) {
                silent.add(expression);
            }
        }
        return silent;
    }

    private static List<String> expressionsOfTheDashboard() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DEPLOY.resolve("grafana/dromedary.json").toFile());
        List<String> found = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            for (JsonNode target : panel.path("targets")) {
                found.add(target.path("expr").asText().replace("$__rate_interval", "1m").replace("$job", "dromedary"));
            }
        }
        return found;
    }

    /** The shipped configuration, but for the port and how often the gateway is read. */
    private Prometheus start(int port) throws IOException {
        String shipped = Files.readString(DEPLOY.resolve("prometheus/prometheus.yml"));
        String adapted = shipped.replace("127.0.0.1:4000", "127.0.0.1:" + port).replaceAll("_interval: 15s",
                "_interval: 1s");
        assertTrue(!adapted.equals(shipped) && adapted.contains("127.0.0.1:" + port));
        Files.writeString(folder.resolve("dromedary.key"), RunningGateway.KEY);
        Files.copy(DEPLOY.resolve("prometheus/alerts.yml"), folder.resolve("alerts.yml"));
        return Prometheus.start(folder, Files.writeString(folder.resolve("prometheus.yml"), adapted));
    }

    private static String config(FakeUpstream local, FakeUpstream cloud) {
        return RunningGateway.localAndCloud(local, cloud).replace("litellm_settings:", """
                  - model_name: limited
                    litellm_params: {model: openai/limited, api_base: '%s', rpm: 100, tpm: 10000, \
                      input_cost_per_token: 0.000001, output_cost_per_token: 0.000002}
                    model_info: {id: limited-id}
                  - model_name: tired
                    litellm_params: {model: openai/tired, api_base: '%s'}
                    model_info: {id: tired-id}
                  - model_name: broken
                    litellm_params: {model: openai/broken, api_base: '%s'}
                    model_info: {id: broken-id}
                litellm_settings:""".formatted(cloud.baseUrl(), local.baseUrl(), local.baseUrl()))
                .replace("fallbacks: [{local: [cloud]}]", "fallbacks: [{local: [cloud]}, {tired: [broken]}]")
                + "router_settings: {allowed_fails: 100000}\n";
    }

    /** Answered, streamed, limited, fallen back, refused, unknown, broken, left by the client. */
    private static void traffic(RunningGateway gateway, FakeUpstream local, FakeUpstream cloud) throws IOException {
        String usage = "\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":20,\"total_tokens\":50,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":12},"
                + "\"completion_tokens_details\":{\"reasoning_tokens\":7}}";
        cloud.does((request, line) -> {
            if (request.text().contains("\"stream\":true")) {
                line.streamHead("x-ratelimit-remaining-requests: 9", "x-ratelimit-remaining-tokens: 99")
                        .event(Replies.chunk("some")).event(Replies.chunk("words")).event(Replies.finish())
                        .event("{\"object\":\"chat.completion.chunk\",\"choices\":[]," + usage + "}")
                        .event("[DONE]").endOfChunks();
            } else if (request.path().endsWith("/embeddings")) {
                line.json(500, Replies.error("no", "server_error", "x"));
            } else {
                line.json(200, Replies.chat("hello").replaceFirst("\"usage\".*", usage + "}"));
            }
        });
        local.does((request, line) -> {
            if (request.text().contains("\"tired\"")) {
                line.json(429, Replies.error("slow down", "rate_limit_error", "x"), "Retry-After: 2");
            } else if (request.text().contains("\"stream\":true")) {
                line.streamHead().event(Replies.chunk("first")).awaitClosed();
            } else {
                line.json(500, Replies.error("no", "server_error", "x"));
            }
        });
        String chat = "/v1/chat/completions";
        gateway.post(chat, RunningGateway.chat("cloud", false));
        gateway.post(chat, RunningGateway.chat("limited", true));
        gateway.post(chat, RunningGateway.chat("local", false));
        gateway.post(chat, RunningGateway.chat("tired", false));
        gateway.post(chat, RunningGateway.chat("nobody's", false));
        gateway.post(chat, "{");
        gateway.post("/no/such", "{}");
        gateway.post("/v1/embeddings", "{\"model\":\"embed\",\"input\":\"x\"}");
        gateway.send(gateway.request(chat, "Authorization", "Bearer wrong").GET().build());
        try (RawClient client = new RawClient(gateway.port())) {
            client.post(chat, RunningGateway.chat("local", true));
            client.readUntil("first");
            client.reset();
        }
    }
}
