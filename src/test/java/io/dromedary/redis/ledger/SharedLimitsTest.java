package io.dromedary.redis.ledger;

import static io.dromedary.harness.RunningGateway.chat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RedisServer;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Two gateways that share one Redis, and what becomes of them without it. */
@TestInstance(Lifecycle.PER_CLASS)
class SharedLimitsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String PASSWORD = "sk-redis-password-0123456789";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private RedisServer redis;
    private FakeUpstream limited;
    private final List<RunningGateway> gateways = new ArrayList<>();

    @BeforeAll
    void start() throws Exception {
        redis = RedisServer.start("--requirepass", PASSWORD, "--maxmemory", "100mb", "--maxmemory-policy",
                "allkeys-lru");
        limited = fixture.upstream();
        gateways.add(gateway("local"));
        gateways.add(gateway("local"));
        gateways.add(gateway("open"));
        gateways.add(gateway("closed"));
        gateways.forEach(gateway -> await().atMost(PATIENCE).until(() -> readiness(gateway).contains("\"up\"")));
    }

    @AfterAll
    void close() {
        if (redis != null) {
            redis.close();
        }
    }

    private RunningGateway gateway(String onFailure) {
        return fixture.closing(RunningGateway.with("""
                model_list:
                  - model_name: qwen
                    litellm_params: {model: openai/qwen-up, api_base: '%1$s', input_cost_per_token: 1,
                                     output_cost_per_token: 1}
                  - model_name: gpt
                    litellm_params: {model: openai/gpt-up, api_base: '%2$s'}
                    model_info: {id: gpt-id}
                  - model_name: glm
                    litellm_params: {model: openai/glm-up, api_base: '%1$s', rpm: 100, order: 1}
                    model_info: {id: limited-glm}
                  - model_name: glm
                    litellm_params: {model: openai/glm-up, api_base: '%1$s', order: 2}
                    model_info: {id: free-glm}
                  - model_name: bound
                    litellm_params: {model: openai/bound-up, api_base: '%1$s', rpm: 100}
                router_settings: {optional_pre_call_checks: [enforce_model_rate_limits]}
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                virtual_keys:
                  - {key_alias: ten, key: sk-ten-00000000000000000, rpm_limit: 10}
                  - {key_alias: two, key: sk-two-00000000000000000, rpm_limit: 2}
                  - {key_alias: saver, key: sk-saver-000000000000000, soft_budget: 1, budget_duration: 1d,
                     models: [qwen]}
                  - {key_alias: free, key: sk-free-0000000000000000}
                """.formatted(fixture.upstream().baseUrl(), limited.baseUrl()), Map.of("gateway.shared.on-failure",
                onFailure, "gateway.shared.timeout", "100"), Map.of(),
                Map.of("REDIS_HOST", "127.0.0.1", "REDIS_PORT", String.valueOf(redis.port()), "REDIS_PASSWORD",
                PASSWORD)));
    }

    private HttpResponse<String> ask(RunningGateway gateway, String key) {
        return ask(gateway, key, "qwen");
    }

    private HttpResponse<String> ask(RunningGateway gateway, String key, String model) {
        return gateway.send(gateway.request("/v1/chat/completions", "Authorization", "Bearer " + key,
                "Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(chat(model, false)))
                .build());
    }

    private static String readiness(RunningGateway gateway) {
        return gateway.send(gateway.request("/health/readiness").build()).body();
    }

    private static String metrics(RunningGateway gateway) {
        return gateway.send(gateway.request("/metrics", "Authorization", "Bearer " + RunningGateway.KEY).build())
                .body();
    }

    private long served(String key, int... from) {
        long served = 0;
        for (int i = 0; i < 20; i++) {
            served += ask(gateways.get(from[i % from.length]), key).statusCode() == 200 ? 1 : 0;
        }
        return served;
    }

    @Test
    void aLimitHoldsOverAllGatewaysAndEachHoldsItsShareWithoutRedis() throws Exception {
        long all = served("sk-ten-00000000000000000", 0, 1);
        assertTrue(all >= 10 && all <= 13, "served " + all); // and what the bucket fills by meanwhile
        HttpResponse<String> refused = ask(gateways.get(1), "sk-ten-00000000000000000");
        assertEquals(429, refused.statusCode());
        await().atMost(PATIENCE).until(() -> metrics(gateways.get(0)).contains("dromedary_shared_gateways 4.0"));

        redis.kill();
        for (RunningGateway gateway : gateways) {
            await().atMost(PATIENCE).until(() -> readiness(gateway).contains("\"away\""));
        }
        assertEquals(429, ask(gateways.get(0), "sk-ten-00000000000000000").statusCode(), "it was used up before");
        assertEquals(20, served("sk-two-00000000000000000", 2), "open holds nothing");
        HttpResponse<String> closed = ask(gateways.get(3), "sk-two-00000000000000000");
        assertEquals(503, closed.statusCode());
        assertEquals("1", closed.headers().firstValue("retry-after").orElseThrow());
        assertEquals(200, ask(gateways.get(3), "sk-free-0000000000000000").statusCode(), "it has no limits");
        try (LogLines log = LogLines.collect()) {
            assertEquals(20, served("sk-saver-000000000000000", 2), "open serves, and knows nothing of a soft budget");
            assertEquals(List.of(), log.lines().stream().filter(line -> line.contains("has failed")
                    || line.contains("soft budget")).toList());
        }
        assertEquals("free-glm", ask(gateways.get(3), "sk-free-0000000000000000", "glm").headers()
                .firstValue("x-litellm-model-id").orElse(""), "closed passes a deployment with limits over");
        HttpResponse<String> bound = ask(gateways.get(3), "sk-free-0000000000000000", "bound");
        assertEquals(503, bound.statusCode(), bound.body());
        assertTrue(bound.body().contains("has limits that cannot be looked up now"), bound.body());
        assertEquals(1, served("sk-two-00000000000000000", 0), "its share of two, by four gateways, is the least");
        await().atMost(PATIENCE).until(() -> metrics(gateways.get(0)).contains("dromedary_redis_up 0.0"));

        redis.begin();
        for (RunningGateway gateway : gateways) {
            await().atMost(PATIENCE).until(() -> readiness(gateway).contains("\"up\""));
        }
        await().atMost(PATIENCE).until(() -> ask(gateways.get(3), "sk-two-00000000000000000").statusCode() == 200);
        for (RunningGateway gateway : gateways) {
            String told = gateway.send(gateway.request("/health/readiness", "Authorization",
                    "Bearer " + RunningGateway.KEY).build()).body();
            assertTrue(told.contains("127.0.0.1:" + redis.port()), told);
            assertFalse(told.contains(PASSWORD));
        }
    }

    @Test
    void aDeploymentThatTellsOneGatewayToWaitIsLeftAloneByTheOthers() {
        for (RunningGateway gateway : gateways) {
            await().atMost(PATIENCE).until(() -> readiness(gateway).contains("\"up\""));
        }
        limited.does((request, line) -> line.json(429, Replies.error("slow down", "requests", "x"),
                "Retry-After: 30"));
        assertEquals(429, ask(gateways.get(0), "sk-free-0000000000000000", "gpt").statusCode());
        int asked = limited.posts().size();
        await().atMost(PATIENCE).until(() -> metrics(gateways.get(1)).contains(
                "dromedary_breaker_state{deployment=\"gpt-id\",group=\"gpt\",state=\"open\"} 1.0"));
        assertEquals(asked, limited.posts().size());
    }
}
