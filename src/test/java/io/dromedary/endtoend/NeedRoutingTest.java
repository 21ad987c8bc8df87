package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;
import io.dromedary.model.Need;

/** A request goes to those who can do what it asks for: images, tools, audio, a JSON schema. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class NeedRoutingTest {

    private static final Map<Need, String> ASKED = Map.of(
            Need.IMAGES, part("image_url"), Need.AUDIO, part("input_audio"), Need.VIDEO, part("video_url"),
            Need.FILES, part("file"),
            Need.TOOLS, text("\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],"),
            Need.SCHEMA, text("\"response_format\":{\"json_schema\":{\"type\":\"x\"},\"type\":\"json_schema\"},"),
            Need.SPEECH, text("\"modalities\":[\"text\",\"audio\"],"),
            Need.WEB_SEARCH, text("\"web_search_options\":{},"));

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream().says("local");
    private final FakeUpstream cloud = fixture.upstream().says("cloud");
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - {model_name: pair, litellm_params: {model: openai/a, api_base: '%1$s', order: 1}, model_info: {%3$s}}
              - {model_name: pair, litellm_params: {model: openai/b, api_base: '%2$s', order: 2}}
              - {model_name: local, litellm_params: {model: openai/c, api_base: '%1$s'}, model_info: {%3$s}}
              - {model_name: alone, litellm_params: {model: openai/d, api_base: '%1$s'}, model_info: {%3$s}}
              - model_name: speaks
                litellm_params: {model: openai/e, api_base: '%1$s'}
                model_info: {supports_vision: true, supports_function_calling: null}
              - {model_name: down, litellm_params: {model: openai/f, api_base: 'http://127.0.0.1:1/v1'}}
              - {model_name: half, litellm_params: {model: openai/g, api_base: 'http://127.0.0.1:1/v1', order: 1}}
              - {model_name: half, litellm_params: {model: openai/h, api_base: '%1$s', order: 2}, model_info: {%3$s}}
              - {model_name: cloud, litellm_params: {model: openai/cloud, api_base: '%2$s'}}
            litellm_settings: {num_retries: 0, fallbacks: [{local: [alone, cloud]}, {down: [alone]}]}
            router_settings: {disable_cooldowns: true}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), cloud.baseUrl(), Arrays.stream(Need.values())
            .map(need -> need.key() + ": false").collect(Collectors.joining(", "))));

    private static String part(String type) {
        return "{\"model\":\"MODEL\",\"messages\":[{\"role\":\"system\",\"content\":\"look\"},{\"role\":\"user\","
                + "\"content\":[{\"type\":\"text\",\"text\":\"What?\"},{\"" + type + "\":{},\"type\":\"" + type
                + "\"}]}]}";
    }

    private static String text(String fields) {
        return RunningGateway.chat("MODEL", false).replace("\"stream\"", fields + "\"stream\"");
    }

    private HttpResponse<String> ask(String model, String body) {
        return gateway.post("/v1/chat/completions", body.replace("MODEL", model));
    }

    @ParameterizedTest
    @EnumSource
    void aDeploymentThatSaysThatItCannotIsNotAsked(Need need) {
        int before = local.posts().size();
        assertTrue(ask("pair", ASKED.get(need)).body().contains("cloud"));
        HttpResponse<String> answer = ask("local", ASKED.get(need));
        assertTrue(answer.body().contains("cloud"), "a fallback that can is asked");
        assertEquals("2", answer.headers().firstValue("x-litellm-attempted-fallbacks").orElse(""));
        assertTrue(ask("speaks", ASKED.get(need)).body().contains("local"), "nothing is said against it");
        assertEquals(before + 1, local.posts().size());
    }

    @ParameterizedTest
    @EnumSource
    void whereNobodyCanTheClientIsToldWhatAndOfWhichModel(Need need) {
        int before = local.posts().size();
        HttpResponse<String> answer = ask("alone", ASKED.get(need));
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("The model `alone` cannot do what the request asks for: " + need.words()),
                answer.body());
        assertTrue(answer.body().contains("\"type\":\"invalid_request_error\",\"param\":\"" + need.field()
                + "\",\"code\":\"model_incapable\""), answer.body());
        assertEquals("false", answer.headers().firstValue("x-should-retry").orElse(""));
        assertEquals(before, local.posts().size());
    }

    @Test
    void aTextGoesWhereItAlwaysWent() {
        for (String fields : new String[] {"", "\"tools\":[],", "\"tools\":null,", "\"modalities\":[\"text\"],",
            "\"response_format\":{\"type\":\"json_object\"},", "\"response_format\":{\"type\":\"text\"},"}) {
            assertTrue(ask("pair", text(fields)).body().contains("local"), fields);
        }
        assertTrue(ask("pair", part("text")).body().contains("local"));
    }

    @Test
    void oneThatCouldAndIsDownDecidesTheStatus() {
        HttpResponse<String> answer = ask("half", ASKED.get(Need.IMAGES));
        assertEquals(502, answer.statusCode());
        assertTrue(answer.body().contains("half: not asked, it cannot do images"), answer.body());
        assertEquals(502, ask("down", ASKED.get(Need.TOOLS)).statusCode());
    }

    @Test
    void aFallbackWithARequestOfItsOwnIsAskedForWhatThatAsks() {
        assertTrue(ask("speaks", ASKED.get(Need.IMAGES)).body().contains("local"));
        String body = ASKED.get(Need.IMAGES).replace("\"messages\"", "\"fallbacks\":[{\"model\":\"alone\",\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"no image\"}]}],\"messages\"");
        assertTrue(ask("local", body).body().contains("local"));
        assertTrue(local.last().text().contains("no image"));
        assertFalse(local.last().text().contains("image_url"));
    }

    @Test
    void onlyWhatIsLeftAfterARouteHasChangedTheRequestCounts() {
        String step = """
                - routeConfiguration:
                    interceptFrom:
                      - interceptFrom:
                          uri: direct:model-router
                          steps:
                            - bean: {ref: requestBody, method: "remove(${body}, 'tools')"}
                """;
        try (RunningGateway changed = RunningGateway.with("""
                model_list:
                  - {model_name: alone, litellm_params: {model: openai/d, api_base: '%s'}, \
                  model_info: {supports_function_calling: false}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl()), Map.of(), Map.of("text-only.camel.yaml", step))) {
            HttpResponse<String> answer = changed.post("/v1/chat/completions",
                    ASKED.get(Need.TOOLS).replace("MODEL", "alone"));
            assertEquals(200, answer.statusCode(), answer.body());
            assertFalse(local.last().text().contains("tools"));
        }
    }

    @Test
    void oneThatCanAndHasReachedItsLimitIsA429() {
        try (RunningGateway limited = RunningGateway.with("""
                model_list:
                  - {model_name: pair, litellm_params: {model: openai/a, api_base: '%1$s', rpm: 1}}
                  - {model_name: pair, litellm_params: {model: openai/b, api_base: '%1$s'}, \
                  model_info: {supports_function_calling: false}}
                router_settings: {routing_strategy: usage-based-routing-v2}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl()))) {
            String body = ASKED.get(Need.TOOLS).replace("MODEL", "pair");
            assertEquals(200, limited.post("/v1/chat/completions", body).statusCode());
            assertEquals(429, limited.post("/v1/chat/completions", body).statusCode());
        }
    }

    @Test
    void whereNobodyCouldItIsThe400AlsoWhenAllHaveReachedTheirLimits() {
        try (RunningGateway limited = RunningGateway.with("""
                model_list:
                  - {model_name: all, litellm_params: {model: openai/a, api_base: '%1$s', rpm: 1}, \
                  model_info: {supports_vision: false}}
                  - {model_name: small, litellm_params: {model: openai/b, api_base: '%1$s', rpm: 1}, \
                  model_info: {max_input_tokens: 10}}
                router_settings: {routing_strategy: usage-based-routing, enable_pre_call_checks: true}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl()))) {
            for (String model : new String[] {"all", "small"}) {
                assertEquals(200, limited.post("/v1/chat/completions", text("").replace("MODEL", model)).statusCode());
            }
            HttpResponse<String> image = limited.post("/v1/chat/completions",
                    ASKED.get(Need.IMAGES).replace("MODEL", "all"));
            assertEquals(400, image.statusCode(), image.body());
            assertTrue(image.body().contains("model_incapable"), image.body());
            HttpResponse<String> tooLong = limited.post("/v1/chat/completions",
                    text("").replace("MODEL", "small").replace("\"hi\"", "\"" + "word ".repeat(50) + "\""));
            assertEquals(400, tooLong.statusCode(), tooLong.body());
            assertTrue(tooLong.body().contains("context_length_exceeded"), tooLong.body());
        }
    }
}
