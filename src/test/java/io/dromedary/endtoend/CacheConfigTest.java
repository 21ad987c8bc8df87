package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** The cache as the configuration has it: off, on demand, and over reloads. */
class CacheConfigTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String BODY =
            "{\"model\":\"only\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    private String config(String params, String settings) {
        return """
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/up, api_base: '%s'%s}
                litellm_settings: {num_retries: 0%s}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl(), params, settings);
    }

    private static String told(RunningGateway gateway, String more) {
        HttpResponse<String> answer = gateway.post(CHAT, BODY.formatted(more));
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.headers().firstValue("x-litellm-cache-hit").orElse("none");
    }

    private static void reload(RunningGateway gateway, String config) {
        try {
            Files.writeString(gateway.home().resolve("litellm_config.yaml"), config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        HttpResponse<String> answer = gateway.post("/reload", "");
        assertEquals(200, answer.statusCode(), answer.body());
    }

    private static void awaitHit(RunningGateway gateway, String more) {
        await().pollInSameThread().until(() -> told(gateway, more).equals("True"));
    }

    @Test
    void aReloadForgetsNoAnswerButAsksAnotherConfigurationOfAModelAnew() {
        RunningGateway gateway = fixture.gateway(config("", ", cache: true"));
        assertEquals("False", told(gateway, ""));
        awaitHit(gateway, "");
        reload(gateway, config("", ", cache: true, cache_params: {ttl: 5}"));
        assertEquals("True", told(gateway, ""));
        reload(gateway, config(", temperature: 0.3", ", cache: true"));
        assertEquals("False", told(gateway, ""));
        awaitHit(gateway, "");
        reload(gateway, config("", ", cache: true"));
        assertEquals("True", told(gateway, ""), "what was kept before is good again");
        reload(gateway, config("", ""));
        assertEquals("none", told(gateway, ""));
        await().until(() -> gateway.get("/metrics").body().contains("dromedary_cache_entries 0.0"));
        reload(gateway, config("", ", cache: true"));
        assertEquals("False", told(gateway, ""));
    }

    @Test
    void onDemandOnlyARequestThatAsksForItIsAnsweredFromTheCache() {
        RunningGateway gateway = fixture.gateway(config("",
                ", cache: true, cache_params: {mode: default_off, supported_call_types: [acompletion]}"));
        assertEquals("none", told(gateway, ""));
        assertEquals("False", told(gateway, ",\"cache\":{\"use-cache\":true}"));
        awaitHit(gateway, ",\"cache\":{\"use-cache\":true}");
        assertEquals("none", told(gateway, ",\"cache\":{\"use-cache\":false}"));
        assertTrue(gateway.post("/v1/completions",
                "{\"model\":\"only\",\"prompt\":\"x\",\"cache\":{\"use-cache\":true}}")
                .headers().firstValue("x-litellm-cache-hit").isEmpty());
    }

    @Test
    void aPlaceThatTheGatewayDoesNotHaveTurnsTheCacheOffAndNothingElse() {
        RunningGateway gateway = fixture.gateway(config("",
                ", cache: true, cache_params: {type: qdrant-semantic, similarity_threshold: 0.8}"));
        assertEquals("none", told(gateway, ",\"cache\":{\"no-cache\":true}"));
        assertFalse(upstream.last().text().contains("no-cache"));
        assertTrue(gateway.get("/health/readiness").body().contains("\"cache\":null"));
    }

    @Test
    void keysShareNoAnswersUnlessTheConfigurationSaysSo() {
        String keys = "virtual_keys:\n  - {key_alias: one, key: sk-one-0000000000000000, tpm_limit: 100000}\n"
                + "  - {key_alias: two, key: sk-two-0000000000000000}\n";
        RunningGateway gateway = fixture.gateway(config("", ", cache: true") + keys);
        await().pollInSameThread().until(() -> hitOf(gateway, "sk-one-0000000000000000"));
        assertFalse(hitOf(gateway, "sk-two-0000000000000000"));
        await().pollInSameThread().until(() -> hitOf(gateway, "sk-two-0000000000000000"));
        reload(gateway, config("", ", cache: true, cache_params: {share_between_keys: true}") + keys);
        await().pollInSameThread().until(() -> hitOf(gateway, "sk-one-0000000000000000"));
        assertTrue(hitOf(gateway, "sk-two-0000000000000000"));
    }

    private static boolean hitOf(RunningGateway gateway, String key) {
        HttpResponse<String> answer = gateway.send(gateway.request(CHAT).header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(BODY.formatted(""))).build());
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.headers().firstValue("x-litellm-cache-hit").orElseThrow().equals("True");
    }

    @Test
    void aStepSaysOnWhatElseAnAnswerDepends() {
        RunningGateway gateway = fixture.gateway(config("", ", cache: true"), Map.of(), Map.of("vary.camel.yaml", """
                - routeConfiguration:
                    interceptFrom:
                      - interceptFrom:
                          uri: direct:gateway
                          steps:
                            - setProperty: {name: cacheVary, simple: "${header.X-App}"}
                """));
        for (String app : new String[] {"a", "b"}) {
            assertFalse(hit(gateway, app), app);
            await().pollInSameThread().until(() -> hit(gateway, app));
        }
    }

    private static boolean hit(RunningGateway gateway, String app) {
        return gateway.post(CHAT, BODY.formatted(""), "X-App", app).headers().firstValue("x-litellm-cache-hit")
                .orElseThrow().equals("True");
    }
}
