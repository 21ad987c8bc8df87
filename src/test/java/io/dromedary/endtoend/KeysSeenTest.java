package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Scrape;
import io.dromedary.key.KeyHash;

/** Whose key a request had, and what is left of its limits, is seen wherever requests are; the key itself nowhere. */
@Timeout(120)
@TestInstance(Lifecycle.PER_CLASS)
class KeysSeenTest {

    private static final String SHOP = "sk-shop-0123456789abcdef";
    private static final String BOT = "sk-bot-0123456789abcdef";
    private static final String SAVER = "sk-saver-0123456789abcdef";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        FakeUpstream upstream = fixture.upstream();
        gateway = fixture.gateway("""
                model_list:
                  - model_name: qwen
                    litellm_params: {model: openai/qwen-up, api_base: '%1$s', input_cost_per_token: 1,
                                     output_cost_per_token: 1}
                    model_info: {id: qwen-id}
                router_settings: {model_group_alias: {other-qwen: qwen}}
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                virtual_keys:
                  - {key_alias: shop, key: %2$s, max_budget: 5000000, budget_duration: 30d, rpm_limit: 10,
                     models: [qwen], metadata: {team: web}}
                  - {key_alias: bot, key: %3$s, model_rpm_limit: {other-qwen: 1}, allowed_routes: [/chat/completions]}
                  - {key_alias: saver, key: %4$s, soft_budget: 3, budget_duration: 1d}
                  - {key_alias: gone, key: sk-gone-0123456789abcdef, blocked: true}
                """.formatted(upstream.baseUrl(), SHOP, BOT, SAVER));
    }

    private HttpResponse<String> ask(String key, String model) {
        return gateway.send(gateway.request("/v1/chat/completions", "Authorization", "Bearer " + key, "Content-Type",
                "application/json").POST(HttpRequest.BodyPublishers.ofString(chat(model, false))).build());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return new ObjectMapper().readTree(answer.body());
    }

    private static JsonNode named(JsonNode list, String field, String value) {
        for (JsonNode each : list) {
            if (each.path(field).asText().equals(value)) {
                return each;
            }
        }
        throw new AssertionError(value + " is not in " + list);
    }

    @Test
    void theKeysNameIsInTheLogOfRequestsThatAreRefusedToo() {
        try (LogLines log = LogLines.ofRequests()) {
            ask(SHOP, "qwen");
            ask(SHOP, "unknown");
            gateway.send(gateway.request("/v1/models", "Authorization", "Bearer " + BOT).build());
            await().untilAsserted(() -> assertEquals(3, log.lines().size(), log.lines().toString()));
            List<String> lines = log.lines();
            assertTrue(lines.stream().anyMatch(line -> line.contains(" key=\"shop\"") && line.contains(" status=200")),
                    lines.toString());
            assertTrue(lines.stream().anyMatch(line -> line.contains(" key=\"shop\"") && line.contains(" status=403")),
                    lines.toString());
            assertTrue(lines.stream().anyMatch(line -> line.contains(" key=\"bot\"") && line.contains(" status=403")
                    && line.contains(" refused")), lines.toString());
        }
    }

    @Test
    void metricsHaveTheKeysNameItsHashAndWhatIsLeft() {
        ask(SHOP, "qwen");
        await().untilAsserted(() -> {
            Scrape metrics = Scrape.of(gateway.get("/metrics").body());
            String[] key = {"api_key_alias=\"shop\"", "hashed_api_key=\"" + KeyHash.of(SHOP) + "\""};
            assertTrue(metrics.sum("litellm_proxy_total_requests_metric_total", key) > 0, metrics.text());
            assertEquals(5_000_000, metrics.sum("litellm_api_key_max_budget_metric", key));
            double left = metrics.sum("litellm_remaining_api_key_budget_metric", key);
            assertTrue(left < 5_000_000 && left > 4_000_000, left + " is left");
            assertTrue(metrics.sum("litellm_api_key_budget_remaining_hours_metric", key) > 0);
            assertTrue(metrics.sum("litellm_remaining_api_key_requests_for_model", key) <= 9);
            assertEquals(10, metrics.sum("dromedary_key_limit", "api_key_alias=\"shop\"", "limit=\"rpm\""));
            assertTrue(metrics.sum("dromedary_key_used", "api_key_alias=\"shop\"", "limit=\"rpm\"") > 0);
            assertFalse(metrics.text().contains(SHOP), "no key is told");
        });
    }

    @Test
    void thePageHasTheKeysWithTheirLimitsAndNoSecret() throws IOException {
        ask(SHOP, "qwen");
        HttpResponse<String> answer = gateway.get("/ui/api/keys");
        assertFalse(answer.body().contains(KeyHash.of(SHOP)) || answer.body().contains(SHOP), answer.body());
        JsonNode shop = named(json(answer).get("keys"), "alias", "shop");
        assertEquals("web", shop.get("team").asText());
        JsonNode rpm = named(shop.get("limits"), "name", "rpm");
        assertEquals(10, rpm.get("amount").asInt());
        assertTrue(rpm.get("used").asInt() >= 1 && rpm.get("resetsAt").asLong() > System.currentTimeMillis() - 60_000,
                rpm.toString());
        JsonNode budget = named(shop.get("limits"), "name", "budget");
        assertTrue(budget.get("used").asDouble() >= 2 && budget.get("resetsAt").asLong() > 0, budget.toString());
        assertEquals("blocked", named(json(answer).get("keys"), "alias", "gone").get("state").asText());
        assertTrue(json(answer).get("masterMayCall").asBoolean());
        assertEquals(403, gateway.send(gateway.request("/ui/api/keys", "Authorization", "Bearer " + SHOP).build())
                .statusCode(), "an app's key sees no other one");
        await().untilAsserted(() -> named(json(gateway.get("/ui/api/requests")).get("requests"), "key", "shop"));
        await().untilAsserted(() -> named(json(gateway.get("/usage?by=key")).get("today").get("rows"), "key", "shop"));
    }

    @Test
    void aLimitForAModelHoldsByWhateverNameTheModelIsAskedFor() {
        assertEquals(200, ask(BOT, "qwen").statusCode());
        for (String name : List.of("qwen", "other-qwen", "qwen-id", "openai/qwen-up")) {
            HttpResponse<String> refused = ask(BOT, name);
            assertEquals(429, refused.statusCode(), name);
            assertTrue(refused.body().contains("api_key: bot, model: qwen"), refused.body());
        }
    }

    @Test
    void aSoftBudgetThatIsPassedIsToldOnceAndStopsNothing() {
        try (LogLines log = LogLines.collect()) {
            for (int i = 0; i < 4; i++) {
                assertEquals(200, ask(SAVER, "qwen").statusCode());
            }
            await().untilAsserted(() -> assertEquals(1.0, Scrape.of(gateway.get("/metrics").body())
                    .sum("dromedary_key_soft_budget_passed", "api_key_alias=\"saver\"")));
            List<String> told = log.lines().stream().filter(line -> line.contains("soft budget")).toList();
            assertEquals(1, told.size(), told.toString());
            assertTrue(told.get(0).matches("The key saver has passed its soft budget: [\\d.]+ of 3 US dollars are "
                    + "spent"), told.get(0));
        }
    }

    @Test
    void aReloadWithAFaultInAKeyLeavesTheKeysAsTheyWere() throws IOException {
        Path file = gateway.home().resolve("litellm_config.yaml");
        String before = Files.readString(file);
        Files.writeString(file, before + "  - {key_alias: shop, key: sk-other-0123456789abcdef}\n");
        try {
            HttpResponse<String> refused = gateway.post("/reload", "");
            assertFalse(refused.statusCode() == 200, refused.body());
            assertTrue(refused.body().contains("virtual_keys[].key_alias"), refused.body());
            assertFalse(refused.body().contains("sk-other"), refused.body());
            assertEquals(200, ask(SHOP, "qwen").statusCode());
        } finally {
            Files.writeString(file, before);
        }
    }
}
