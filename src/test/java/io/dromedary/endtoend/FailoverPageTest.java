package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.client.FailureKind;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * Each row of the table in docs/failover.md is run, through the doors of all dialects: whether the request moves on,
 * and whether the failure counts.
 */
@Timeout(60)
class FailoverPageTest {

    /** A row of the page. */
    record Row(String outcome, String fault, String movesOn, String counts) {
    }

    /** What makes an outcome happen: what the upstream does, and what the request has besides. */
    record Scenario(FakeUpstream.Behaviour upstream, String fields) {
    }

    private static final Map<String, Scenario> SCENARIOS = Map.ofEntries(
            scenario("unreachable", (request, line) -> line.json(200, "{}")),
            scenario("broken-off", (request, line) -> line.hangUp()),
            scenario("unreadable", (request, line) -> line.whole(200, "text/html", "<html>Sign in</html>")),
            scenario("timeout", (request, line) -> line.awaitClosed()),
            Map.entry("own-clock", new Scenario((request, line) -> line.awaitClosed(), "\"timeout\":0.05,")),
            scenario("timeout-told", told(408, "too slow", "timeout")),
            scenario("rate-limited", told(429, "slow down", "rate_limit_exceeded")),
            Map.entry("user-limited",
            new Scenario(told(429, "Too many requests of user bob-4711", "x"), "\"user\":\"bob-4711\",")),
            scenario("over-allowance",
            told(429, "Rate limit reached for x on tokens per min (TPM): Limit 10000, Requested 20000", "x")),
            scenario("server-error", told(500, "boom", "x")),
            scenario("unexpected-status", told(410, "gone", "x")),
            scenario("key-refused", told(401, "bad key", "invalid_api_key")),
            scenario("payment-required", told(402, "Insufficient Balance", "x")),
            scenario("not-permitted", told(403, "no", "x")),
            scenario("model-unknown", told(404, "The model `up` does not exist", "model_not_found")),
            scenario("name-unknown", told(404, "The model `some/mistake` does not exist", "model_not_found")),
            scenario("not-found", told(404, "Not Found", "x")),
            scenario("incapable", told(500, "image input is not supported - hint: provide the mmproj", "x")),
            scenario("too-long", told(400, "prompt is too long: 210000 tokens > 200000 maximum", "x")),
            scenario("refused-by-policy", told(403, "Your input was flagged", "x")),
            scenario("client-mistake", told(400, "no such tool", "x")));

    /**
     * Told elsewhere, each by the test of that name: they are no answer of an upstream that another deployment could
     * give better.
     */
    private static final Map<String,
            String> ELSEWHERE = Map.of("silent", "StreamSilenceTest", "out-of-time", "TotalClockTest",
            "cooling-down", "OpenBreakerTest", "cooling-down-rate-limited", "CooldownTest", "busy", "BalancingTest",
            "limit-reached", "BalancingTest",
            "gateway-ends", "AdmissionTest", "gateway-full", "MemoryLimitTest");

    private static final String CHAT = "/v1/chat/completions";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream()
            .does((request, line) -> line.json(200, Replies.chat("from the cloud")));

    private static Map.Entry<String, Scenario> scenario(String outcome, FakeUpstream.Behaviour upstream) {
        return Map.entry(outcome, new Scenario(upstream, ""));
    }

    private static FakeUpstream.Behaviour told(int status, String message, String code) {
        return (request, line) -> line.json(status, Replies.error(message, "error", code));
    }

    static List<Row> page() throws IOException {
        return Files.readAllLines(Path.of("docs/failover.md")).stream().filter(line -> line.startsWith("| `"))
                .map(line -> line.split("\\|")).filter(cells -> cells.length == 6)
                .map(cells -> new Row(cells[1].trim().replace("`", ""), cells[3].trim(), cells[4].trim(),
                cells[5].trim())).toList();
    }

    static Stream<Row> rows() throws IOException {
        return page().stream().filter(row -> !ELSEWHERE.containsKey(row.outcome()));
    }

    private static String name(FailureKind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    void thePageHasARowForEachOutcomeAndSaysWhatTheCodeSays() throws Exception {
        Set<String> onPage = page().stream().map(Row::outcome).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(Arrays.stream(FailureKind.values()).map(FailoverPageTest::name)
                .collect(Collectors.toCollection(TreeSet::new)), onPage);
        for (Row row : page()) {
            FailureKind kind = FailureKind.valueOf(row.outcome().toUpperCase(Locale.ROOT).replace('-', '_'));
            assertEquals(kind.counts() ? "yes" : "no", row.counts(), row.outcome());
            assertEquals(kind.fault().name().toLowerCase(Locale.ROOT), row.fault(), row.outcome());
            assertTrue(SCENARIOS.containsKey(row.outcome())
                    || Files.exists(Path.of("src/test/java/io/dromedary/endtoend",
                    ELSEWHERE.get(row.outcome()) + ".java")), "no test for " + row.outcome());
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void eachRowMovesOnAndCountsAsThePageSays(Row row) throws Exception {
        Scenario scenario = SCENARIOS.get(row.outcome());
        local.does(scenario.upstream());
        String model = row.outcome().equals("name-unknown") ? "some/mistake" : "local";
        try (RunningGateway gateway = gateway(row)) {
            String body = "{\"model\":\"" + model + "\"," + scenario.fields() + "\"max_tokens\":9,"
                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
            // A user of the client's own goes upstream in chats alone.
            boolean chat = scenario.fields().contains("\"user\"");
            for (String path : chat ? List.of(CHAT, CHAT, CHAT) : List.of(CHAT, "/v1/messages", "/v1/responses")) {
                int toCloud = cloud.posts().size();
                var answer = gateway.post(path, body + (path.endsWith("responses") ? ",\"input\":\"hi\"}" : "}"));
                boolean movedOn = cloud.posts().size() > toCloud;
                assertEquals(row.movesOn().equals("next"), movedOn, row + ": " + answer.body());
                assertEquals(movedOn ? 200 : row.outcome().equals("refused-by-policy") ? 403 : 400,
                        answer.statusCode(), answer.body());
            }
            local.does((request, line) -> line.json(200, Replies.chat("well")));
            var patient = gateway.post(CHAT, RunningGateway.chat(model, false));
            boolean leftAlone = patient.body().contains("from the cloud");
            assertEquals(row.counts().equals("yes"), leftAlone, row + ": " + patient.body());
        }
    }

    private RunningGateway gateway(Row row) {
        String base = local.baseUrl();
        if (row.outcome().equals("unreachable")) {
            local.refuses();
        }
        return RunningGateway.with("""
                model_list:
                  - {model_name: local, litellm_params: {model: openai/up, api_base: '%1$s'}}
                  - {model_name: 'some/*', litellm_params: {model: 'openai/*', api_base: '%1$s'}}
                  - {model_name: cloud, litellm_params: {model: openai/cloud, api_base: '%2$s'}}
                litellm_settings: {num_retries: 0, default_fallbacks: [cloud]}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(base, cloud.baseUrl()),
                Map.of("gateway.timeout.response", row.outcome().equals("timeout") ? "300" : "20000"));
    }
}
