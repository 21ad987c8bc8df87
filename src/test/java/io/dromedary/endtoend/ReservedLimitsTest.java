package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RecordingListener;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What of a limit is reserved while requests run, for whom, and what takes its place. */
@TestInstance(Lifecycle.PER_CLASS)
class ReservedLimitsTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private FakeUpstream upstream;
    private FakeUpstream failing;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        upstream = fixture.upstream();
        failing = fixture.upstream().does((request, line) -> line.json(500, Replies.error("no", "server_error", "x")));
        gateway = fixture.gateway("""
                model_list:
                  - model_name: qwen
                    litellm_params: {model: openai/qwen-up, api_base: '%1$s', input_cost_per_token: 0.01,
                                     output_cost_per_token: 0.02}
                  - model_name: gpt
                    litellm_params: {model: openai/gpt-up, api_base: '%1$s'}
                  - model_name: broken
                    litellm_params: {model: openai/broken-up, api_base: '%2$s'}
                  - model_name: narrow
                    litellm_params: {model: openai/narrow-up, api_base: '%1$s', tpm: 2100}
                    model_info: {id: narrow-id}
                router_settings: {optional_pre_call_checks: [enforce_model_rate_limits]}
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                virtual_keys:
                  - {key_alias: rich, key: sk-rich-000000000000000, max_budget: 20, models: [qwen]}
                  - {key_alias: first, key: sk-first-00000000000000, model_rpm_limit: {gpt: 1}}
                  - {key_alias: second, key: sk-second-0000000000000, model_rpm_limit: {gpt: 1}}
                  - {key_alias: twice, key: sk-twice-00000000000000, rpm_limit: 2, max_parallel_requests: 1}
                """.formatted(upstream.baseUrl(), failing.baseUrl()), Map.of(), Map.of("gateway.camel.yaml",
                // Admitted twice, as a team's route may have it: before and after a step of its own.
                Routes.read("gateway.camel.yaml").replaceFirst("( +)- process:\\n +id: admit-key\\n",
                "$1- process:\n$1    id: admit-before\n$1    ref: admitKey\n$0")));
    }

    @BeforeEach
    void answer() {
        upstream.does((request, line) -> line.json(200, Replies.chat("x")));
    }

    private HttpResponse<String> ask(String key, String body) {
        return gateway.send(gateway.request("/v1/chat/completions", "Authorization", "Bearer " + key,
                "Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private RawClient begin(String key, String body) throws Exception {
        int before = upstream.posts().size();
        RawClient client = new RawClient(gateway.port());
        client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        await().until(() -> upstream.posts().size() > before);
        return client;
    }

    @Test
    void aBudgetThatARunningRequestHasReservedIsThereAgainWhenItEnds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.does((request, line) -> {
            end.await();
            line.json(200, Replies.chat("x"));
        });
        try (RawClient running = begin("sk-rich-000000000000000", chat("qwen", false))) {
            HttpResponse<String> refused = ask("sk-rich-000000000000000", chat("qwen", false));
            assertEquals(429, refused.statusCode());
            assertTrue(refused.body().contains("\"code\":\"rate_limit_exceeded\""), refused.body());
            assertTrue(refused.body().contains("api_key: rich. Current cost: 0, Reserved: 20."), refused.body());
            assertEquals("1", refused.headers().firstValue("retry-after").orElse(""));
            assertTrue(refused.headers().firstValue("x-should-retry").isEmpty());
            assertEquals("0", refused.headers().firstValue("x-litellm-key-spend").orElse(""));
            end.countDown();
            await().until(() -> ask("sk-rich-000000000000000", chat("qwen", false)).statusCode() == 200);
        }
    }

    @Test
    void aModelThatTheClientWantsToStandInIsHeldToItsLimitAndPaysWhereItAnswers() {
        String unneeded = chat("qwen", false).replace("{\"model\"", "{\"fallbacks\":[\"gpt\"],\"model\"");
        assertEquals(200, ask("sk-first-00000000000000", unneeded).statusCode());
        assertEquals(200, ask("sk-first-00000000000000", chat("gpt", false)).statusCode(), "it was not asked before");
        HttpResponse<String> refused = ask("sk-first-00000000000000", unneeded);
        assertEquals(429, refused.statusCode());
        assertTrue(refused.body().contains("api_key: first, model: gpt"), refused.body());
        assertEquals(200, ask("sk-first-00000000000000", chat("qwen", false)).statusCode());

        String needed = chat("broken", false).replace("{\"model\"", "{\"fallbacks\":[\"gpt\"],\"model\"");
        assertEquals(200, ask("sk-second-0000000000000", needed).statusCode());
        assertEquals(429, ask("sk-second-0000000000000", chat("gpt", false)).statusCode(), "it has answered");
    }

    @Test
    void aRequestThatIsAdmittedTwiceCountsOnce() {
        assertEquals(200, ask("sk-twice-00000000000000", chat("gpt", false)).statusCode());
        assertEquals(200, ask("sk-twice-00000000000000", chat("gpt", false)).statusCode());
        assertEquals(429, ask("sk-twice-00000000000000", chat("gpt", false)).statusCode());
    }

    @Test
    void aClientThatLeavesHasUsedTheDeploymentsTokensForItsPrompt() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.does((request, line) -> {
            end.await();
            line.json(200, Replies.chat("x"));
        });
        RecordingListener.forget();
        String body = chat("narrow", false).replace("\"hi\"", "\"" + "word ".repeat(1600) + "\"")
                .replace("{\"model\"", "{\"max_tokens\":10,\"model\"");
        begin(RunningGateway.KEY, body).close();
        await().until(() -> RecordingListener.told().stream().anyMatch(told -> told.startsWith("request ended")));
        end.countDown();
        answer();
        HttpResponse<String> next = ask(RunningGateway.KEY, chat("narrow", false));
        assertEquals(429, next.statusCode(), next.body());
        assertTrue(next.body().contains("has used up its tpm"), next.body());
    }
}
