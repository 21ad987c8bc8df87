package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.RateLimitException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.key.KeyHash;

/** Keys of apps: what they may ask for, and how much. */
@TestInstance(Lifecycle.PER_CLASS)
class VirtualKeysTest {

    private static final String LARGE =
            Replies.chat("x").replace("\"total_tokens\":2", "\"total_tokens\":500").replace("\"prompt_tokens\":1",
            "\"prompt_tokens\":400").replace("\"completion_tokens\":1", "\"completion_tokens\":100");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private FakeUpstream upstream;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        upstream = fixture.upstream();
        gateway = fixture.gateway("""
                model_list:
                  - model_name: qwen
                    litellm_params: {model: openai/qwen-up, api_base: '%1$s', input_cost_per_token: 0.01,
                                     output_cost_per_token: 0.02}
                    model_info: {access_groups: [beta]}
                  - model_name: gpt
                    litellm_params: {model: openai/gpt-up, api_base: '%1$s'}
                    model_info: {id: q-id-of-gpt}
                router_settings: {model_group_alias: {other-qwen: qwen}}
                litellm_settings: {num_retries: 0, fallbacks: [{qwen: [gpt]}]}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY, master_key_may_call: false}
                virtual_keys:
                  - {key_alias: pattern, key: sk-pattern-000000000000, models: ['q*']}
                  - {key_alias: plain, key: sk-plain-00000000000000, metadata: {team: web}}
                  - {key_alias: hashed, key: ['sha256:%2$s', sk-hashed-new-0000000000], models: [beta]}
                  - {key_alias: blocked, key: sk-blocked-000000000000, blocked: true}
                  - {key_alias: old, key: sk-old-0000000000000000, expires: 2020-01-31}
                  - {key_alias: embedder, key: sk-embedder-00000000000, allowed_routes: [/embeddings, '/v1/models*']}
                  - {key_alias: named, key: sk-named-00000000000000, models: [], aliases: {fast: qwen}}
                  - {key_alias: slow, key: sk-slow-000000000000000, rpm_limit: 2}
                  - {key_alias: small, key: sk-small-00000000000000, tpm_limit: 3000}
                  - {key_alias: one, key: sk-one-0000000000000000, max_parallel_requests: 1}
                  - {key_alias: poor, key: sk-poor-000000000000000, max_budget: 5, budget_duration: 30d, models: [qwen]}
                  - {key_alias: gone, key: sk-gone-0000000000000000, tpm_limit: 6000}
                  - {key_alias: modest, key: sk-modest-0000000000000, model_rpm_limit: {qwen: 1}}
                """.formatted(upstream.baseUrl(), KeyHash.of("sk-hashed-old-0000000000")));
    }

    private HttpResponse<String> ask(String key, String body) {
        return gateway.send(gateway.request("/v1/chat/completions", "Authorization", "Bearer " + key,
                "Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private HttpResponse<String> get(String key, String path) {
        return gateway.send(gateway.request(path, "Authorization", "Bearer " + key).build());
    }

    @Test
    void aKeyAsksForItsModelsAndIsToldOfThemAlone() {
        assertEquals(200, ask("sk-plain-00000000000000", chat("gpt", false)).statusCode());
        for (String key : new String[] {"sk-hashed-old-0000000000", "sk-hashed-new-0000000000"}) {
            assertEquals(200, ask(key, chat("qwen", false)).statusCode(), "both values are accepted");
            assertEquals(200, ask(key, chat("other-qwen", false)).statusCode(), "another name of the same group");
            HttpResponse<String> refused = ask(key, chat("gpt", false));
            assertEquals(403, refused.statusCode());
            assertTrue(refused.body().contains("\"code\":\"key_model_access_denied\""), refused.body());
            assertFalse(get(key, "/v1/models").body().contains("\"gpt\""));
            assertTrue(get(key, "/v1/models").body().contains("\"qwen\""));
            assertEquals(404, get(key, "/v1/models/gpt").statusCode());
            assertFalse(get(key, "/model/info").body().contains("gpt-up"));
            assertFalse(get(key, "/model_group/info").body().contains("\"gpt\""));
            assertFalse(ask(key, chat("nosuch", false)).body().contains("gpt"));
        }
    }

    @Test
    void aFallbackThatAClientNamesMustBeAmongItsModelsToo() {
        String body = chat("qwen", false).replace("{\"model\"", "{\"fallbacks\":[\"gpt\"],\"model\"");
        assertEquals(403, ask("sk-hashed-new-0000000000", body).statusCode());
        assertEquals(200, ask("sk-plain-00000000000000", body).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"fallbacks\":[\"gpt\"]", "\"context_window_fallbacks\":[{\"qwen\":[\"gpt\"]}]",
        "\"content_policy_fallbacks\":[{\"qwen\":[\"gpt\"]}]"})
    void noFieldOfTheBodyLeadsToAnotherModel(String field) {
        String body = chat("qwen", false).replace("{\"model\"", "{" + field + ",\"model\"");
        assertEquals(403, ask("sk-hashed-new-0000000000", body).statusCode());
        assertEquals(200, ask("sk-plain-00000000000000", body).statusCode());
    }

    @Test
    void aPatternOfTheKeysModelsIsNoWayToADeploymentByItsId() {
        assertEquals(200, ask("sk-pattern-000000000000", chat("qwen", false)).statusCode());
        assertEquals(403, ask("sk-pattern-000000000000", chat("q-id-of-gpt", false)).statusCode());
        assertEquals(200, ask("sk-plain-00000000000000", chat("q-id-of-gpt", false)).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/reload", "/reload/", "//reload", "/%72eload", "/x/../reload", "/./reload//"})
    void noSpellingOfAPathOpensWhatIsTheOperators(String path) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + "sk-plain-00000000000000\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").readAll();
            assertTrue(answer.startsWith("HTTP/1.1 403") || answer.startsWith("HTTP/1.1 404"), answer);
            assertFalse(answer.contains("generation"), answer);
        }
    }

    @Test
    void noSpellingOfAPathOpensAnotherThanTheKeys() throws Exception {
        String body = chat("gpt", false);
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send("POST /v1/models/../chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: "
                    + "Bearer sk-embedder-00000000000\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\nConnection: close\r\n\r\n" + body).readAll();
            assertTrue(answer.startsWith("HTTP/1.1 403"), answer);
        }
    }

    @Test
    void aStoredResponseIsItsKeysAlone() {
        HttpResponse<String> made = gateway.send(gateway.request("/v1/responses", "Authorization",
                "Bearer sk-plain-00000000000000", "Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"gpt\",\"input\":\"hi\"}")).build());
        assertEquals(200, made.statusCode(), made.body());
        String id = made.body().replaceAll("(?s).*?\"id\" *: *\"(resp_[^\"]+)\".*", "$1");
        assertEquals(200, get("sk-plain-00000000000000", "/v1/responses/" + id).statusCode());
        assertEquals(404, get("sk-named-00000000000000", "/v1/responses/" + id).statusCode());
    }

    @Test
    void anAliasOfTheKeysOwnStandsForItsModel() {
        assertEquals(200, ask("sk-named-00000000000000", chat("fast", false)).statusCode());
        assertEquals(403, ask("sk-named-00000000000000", chat("qwen", false)).statusCode());
        assertEquals(404, ask("sk-plain-00000000000000", chat("fast", false)).statusCode());
        assertTrue(get("sk-named-00000000000000", "/v1/models").body().contains("\"fast\""));
    }

    @Test
    void anthropicsListOfModelsHasTheKeysAliasesToo() {
        HttpResponse<String> list = gateway.send(gateway.request("/v1/models?include_metadata=true", "Authorization",
                "Bearer sk-named-00000000000000", "anthropic-version", "2023-06-01").build());
        assertEquals(200, list.statusCode());
        assertEquals("{\"data\":[{\"type\":\"model\",\"id\":\"fast\",\"display_name\":\"fast\","
                + "\"created_at\":\"2023-02-28T18:56:42Z\"}],\"has_more\":false,\"first_id\":\"fast\","
                + "\"last_id\":\"fast\"}", list.body());
        HttpResponse<String> openai = get("sk-named-00000000000000", "/v1/models?include_metadata=true");
        assertTrue(openai.body().contains("\"metadata\":{\"fallbacks\":[]}"), openai.body());
        assertTrue(get("sk-plain-00000000000000", "/v1/models?include_metadata=true").body()
                .contains("\"metadata\":{\"fallbacks\":[\"gpt\"]}"), "qwen's own");
        assertFalse(get("sk-hashed-new-0000000000", "/v1/models?include_metadata=true").body().contains("\"gpt\""),
                "a fallback that is not the key's is not told");
    }

    @Test
    void aBlockedKeyAndAnExpiredOneAreRefusedWithTheReason() {
        HttpResponse<String> blocked = ask("sk-blocked-000000000000", chat("gpt", false));
        assertEquals(401, blocked.statusCode());
        assertTrue(blocked.body().contains("is blocked"), blocked.body());
        HttpResponse<String> expired = ask("sk-old-0000000000000000", chat("gpt", false));
        assertEquals(401, expired.statusCode());
        assertTrue(expired.body().contains("expired at 2020-01-31"), expired.body());
    }

    @Test
    void aKeyAsksNoPathButItsOwn() {
        assertEquals(403, ask("sk-embedder-00000000000", chat("gpt", false)).statusCode());
        assertEquals(200, get("sk-embedder-00000000000", "/models/gpt").statusCode());
        assertEquals(200, get("sk-embedder-00000000000", "/health/readiness").statusCode());
    }

    @Test
    void theMasterKeyIsTheOperatorsAndTheOthersAreNot() {
        for (String path : new String[] {"/usage", "/metrics", "/ui/api/state", "/health"}) {
            HttpResponse<String> refused = get("sk-plain-00000000000000", path);
            assertEquals(403, refused.statusCode(), path);
            assertTrue(refused.body().contains("master_key_needed"), refused.body());
            assertEquals(200, gateway.get(path).statusCode(), path);
        }
        HttpResponse<String> call = gateway.post("/v1/chat/completions", chat("gpt", false));
        assertEquals(403, call.statusCode());
        assertTrue(call.body().contains("master_key_may_not_call"), call.body());
    }

    @Test
    void requestsAMinuteAreLimitedAndTold() {
        HttpResponse<String> first = ask("sk-slow-000000000000000", chat("gpt", false));
        assertEquals(200, first.statusCode());
        assertEquals("2", first.headers().firstValue("x-ratelimit-limit-requests").orElse(""));
        assertEquals("1", first.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
        assertEquals("1", first.headers().firstValue("x-ratelimit-api_key-remaining-requests").orElse(""));
        assertEquals("30s", first.headers().firstValue("x-ratelimit-reset-requests").orElse(""));
        ask("sk-slow-000000000000000", chat("gpt", true));
        HttpResponse<String> refused = ask("sk-slow-000000000000000", chat("gpt", false));
        assertEquals(429, refused.statusCode());
        assertTrue(refused.body().contains("Rate limit exceeded for api_key: slow. Limit type: requests. "
                + "Current limit: 2, Remaining: 0."), refused.body());
        assertTrue(refused.body().contains("\"code\":\"rate_limit_exceeded\""), refused.body());
        long retry = Long.parseLong(refused.headers().firstValue("Retry-After").orElse("0"));
        assertTrue(retry >= 1 && retry <= 30, "Retry-After " + retry);
        assertEquals("requests", refused.headers().firstValue("rate_limit_type").orElse(""));
    }

    @Test
    void theRealTokensTakeThePlaceOfTheReservedOnes() {
        upstream.does((request, line) -> line.json(200, LARGE));
        int granted = 0;
        while (ask("sk-small-00000000000000", chat("gpt", false)).statusCode() == 200) {
            granted++;
        }
        upstream.does((request, line) -> line.json(200, Replies.chat("x")));
        assertTrue(granted >= 3 && granted <= 5, granted + " of 500 tokens, 1,024 and the prompt reserved each time");
    }

    @Test
    void requestsAtTheSameTimeAreLimitedUntilOneEndsOrItsClientLeaves() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.does((request, line) -> {
            end.await();
            line.json(200, Replies.chat("x"));
        });
        String body = chat("gpt", false);
        int before = upstream.posts().size();
        try (RawClient holding = new RawClient(gateway.port())) {
            holding.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + "sk-one-0000000000000000\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                    + "\r\n\r\n" + body);
            await().until(() -> upstream.posts().size() > before);
            assertEquals(429, ask("sk-one-0000000000000000", chat("gpt", false)).statusCode());
            end.countDown();
            upstream.does((request, line) -> line.json(200, Replies.chat("x")));
        }
        await().until(() -> ask("sk-one-0000000000000000", chat("gpt", false)).statusCode() == 200);
        assertEquals(200, ask("sk-one-0000000000000000", chat("gpt", false)).statusCode());
    }

    @Test
    void aClientThatLeavesBeforeItsAnswerPaysForItsPrompt() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        upstream.does((request, line) -> {
            end.await();
            line.json(200, Replies.chat("x"));
        });
        String body = chat("gpt", false).replace("\"hi\"", "\"" + "word ".repeat(1600) + "\"");
        int before = upstream.posts().size();
        try (RawClient leaving = new RawClient(gateway.port())) {
            leaving.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + "sk-gone-0000000000000000\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            await().until(() -> upstream.posts().size() > before);
        }
        upstream.does((request, line) -> line.json(200, Replies.chat("x")));
        // The first answer waits for the check: had it come before the gateway saw the client leave, its usage would be
        // charged in place of the prompt.
        try {
            await().untilAsserted(() -> {
                long left = Long.parseLong(ask("sk-gone-0000000000000000", chat("gpt", false)).headers()
                        .firstValue("x-ratelimit-remaining-tokens").orElse("0"));
                assertTrue(left > 0 && left < 3_900, "left " + left + " of 6,000: the prompt of 2,000 is gone, too");
            });
        } finally {
            end.countDown();
        }
    }

    @Test
    void aSpentBudgetIsNoReasonToRetry() {
        upstream.does((request, line) -> line.json(200, LARGE));
        HttpResponse<String> first = ask("sk-poor-000000000000000", chat("qwen", false));
        upstream.does((request, line) -> line.json(200, Replies.chat("x")));
        assertEquals("5", first.headers().firstValue("x-litellm-key-max-budget").orElse(""));
        OpenAIClient client = OpenAIOkHttpClient.builder().baseUrl(gateway.url("/v1"))
                .apiKey("sk-poor-000000000000000").maxRetries(2).build();
        int before = upstream.posts().size();
        RateLimitException refused = assertThrows(RateLimitException.class, () -> client.chat().completions()
                .create(ChatCompletionCreateParams.builder().model("qwen").addUserMessage("hi").build()));
        assertEquals("insufficient_quota", refused.code().orElse(""));
        assertTrue(refused.getMessage().contains("Current cost: 6, Max budget: 5"), refused.getMessage());
        assertEquals("false", refused.headers().values("x-should-retry").get(0));
        assertEquals(before, upstream.posts().size());
    }

    @Test
    void aLimitForOneModelLeavesTheOthers() {
        assertEquals(200, ask("sk-modest-0000000000000", chat("qwen", false)).statusCode());
        HttpResponse<String> refused = ask("sk-modest-0000000000000", chat("qwen", false));
        assertEquals(429, refused.statusCode());
        assertTrue(refused.body().contains("api_key: modest, model: qwen"), refused.body());
        assertEquals(200, ask("sk-modest-0000000000000", chat("gpt", false)).statusCode());
    }

    @Test
    void aReloadForgetsNothingThatWasUsed() throws Exception {
        Path file = gateway.home().resolve("litellm_config.yaml");
        String before = Files.readString(file);
        Files.writeString(file, before.replace("key_alias: modest", "key_alias: other")
                .replace("sk-modest", "sk-other0")
                + "  - {key_alias: late, key: sk-late-000000000000000, rpm_limit: 3}\n");
        try {
            assertEquals(200, gateway.post("/reload", "").statusCode());
            for (int i = 0; i < 3; i++) {
                assertEquals(200, ask("sk-late-000000000000000", chat("gpt", false)).statusCode());
            }
            Files.writeString(file, Files.readString(file).replace("rpm_limit: 3}", "rpm_limit: 4}"));
            assertEquals(200, gateway.post("/reload", "").statusCode());
            assertEquals(200, ask("sk-late-000000000000000", chat("gpt", false)).statusCode());
            assertEquals(429, ask("sk-late-000000000000000", chat("gpt", false)).statusCode());
        } finally {
            Files.writeString(file, before);
            gateway.post("/reload", "");
        }
    }

    @Test
    void aRequestThatItsKeyMayNotMakeIsToldInTheLogWithItsModel() {
        try (LogLines log = LogLines.ofRequests()) {
            assertEquals(403, ask("sk-poor-000000000000000", chat("gpt", false)).statusCode());
            await().untilAsserted(() -> assertTrue(log.lines().stream().anyMatch(line -> line.contains("status=403")
                    && line.contains(" model=\"gpt\"")), () -> log.lines().toString()));
        }
    }
}
