package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** Clients learn of a model what model_info says of it, and nothing that they must not see. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class ModelFactsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final String config = """
            model_list:
              - model_name: pair
                litellm_params:
                  model: openai/a
                  api_base: '%1$s'
                  api_key: sk-cloud-key-0815
                  rpm: 10
                  input_cost_per_token: 0.000001
                model_info:
                  id: pair-a
                  display_name: The pair
                  max_input_tokens: 8192
                  max_output_tokens: 1024
                  supports_vision: false
                  supports_reasoning: true
                  supports_odd: perhaps
                  api_key: sk-cloud-key-0815
                  upstream_password: hunter2hunter2
                  api_base: '%1$s'
              - model_name: pair
                litellm_params: {model: xai/b, api_base: '%1$s', rpm: 5}
                model_info: {id: pair-b, max_input_tokens: 131072, supports_vision: true, output_cost_per_token: 2e-6}
              - model_name: bare
                litellm_params: {model: openai/c, api_base: '%1$s'}
              - model_name: told
                litellm_params: {model: openai/d, api_base: '%1$s'}
                model_info: {mode: embedding, context_length: 512, max_input_tokens: 500}
            router_settings: {model_group_alias: {other-name: pair}}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(upstream.baseUrl());
    private final RunningGateway gateway = fixture.gateway(config);

    private JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = gateway.get(path);
        assertEquals(200, answer.statusCode(), answer.body());
        return JSON.readTree(answer.body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"pair", "other-name"})
    void aModelTellsItsContextWhatItSupportsAndItsNameForPeople(String name) throws Exception {
        String expected = "{\"id\":\"%s\",\"object\":\"model\",\"created\":1677610602,\"owned_by\":\"openai\","
                + "\"display_name\":\"The pair\",\"context_length\":131072,"
                + "\"supports_reasoning\":true,\"supports_vision\":true}";
        assertEquals(JSON.readTree(expected.formatted(name)), get("/v1/models/" + name));
        JsonNode list = get("/v1/models").get("data");
        JsonNode listed = list.get(name.equals("pair") ? 0 : 3);
        assertEquals(JSON.readTree(expected.formatted(name)), listed);
    }

    @Test
    void aModelOfWhichNothingIsSaidTellsNothing() throws Exception {
        assertEquals("[\"id\",\"object\",\"created\",\"owned_by\"]",
                JSON.valueToTree(get("/v1/models/bare").properties().stream().map(Map.Entry::getKey).toList())
                        .toString());
        assertEquals(512, get("/v1/models/told").get("context_length").asInt());
    }

    @Test
    void modelGroupInfoTellsWhatTheDeploymentsOfAModelHaveTogether() throws Exception {
        JsonNode all = get("/model_group/info").get("data");
        assertEquals(4, all.size());
        assertEquals(JSON.readTree("{\"model_group\":\"pair\",\"providers\":[\"openai\",\"xai\"],"
                + "\"max_input_tokens\":131072,\"max_output_tokens\":1024,\"input_cost_per_token\":1.0E-6,"
                + "\"output_cost_per_token\":2.0E-6,\"mode\":\"chat\",\"tpm\":null,\"rpm\":15,"
                + "\"supports_parallel_function_calling\":false,"
                + "\"supports_vision\":true,\"supports_web_search\":false,\"supports_url_context\":false,"
                + "\"supports_reasoning\":true,\"supports_function_calling\":false,\"supported_openai_params\":[]}"),
                all.get(0));
        JsonNode one = get("/model_group/info?model_group=told").get("data");
        assertEquals(1, one.size());
        assertEquals("embedding", one.get(0).get("mode").asText());
        assertTrue(one.get(0).get("max_output_tokens").isNull());
        assertEquals(404, gateway.get("/model_group/info?model_group=nobody").statusCode());
        assertEquals(401, gateway.send(gateway.request("/model_group/info").build()).statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/model/info", "/v1/model/info"})
    void modelInfoHasWhatLiteLlmsClientsReadAndNoSecretThatStandsInIt(String path) throws Exception {
        JsonNode data = get(path).get("data");
        assertEquals(JSON.readTree("{\"model_name\":\"pair\",\"litellm_params\":{\"model\":\"openai/a\","
                + "\"custom_llm_provider\":\"openai\"},\"model_info\":{\"id\":\"pair-a\",\"display_name\":\"The pair\","
                + "\"max_input_tokens\":8192,\"max_output_tokens\":1024,\"supports_vision\":false,"
                + "\"supports_reasoning\":true,\"supports_odd\":\"perhaps\",\"input_cost_per_token\":1.0E-6,"
                + "\"db_model\":false,\"litellm_provider\":\"openai\",\"mode\":\"chat\"}}"), data.get(0));
        assertEquals("xai", data.get(1).at("/model_info/litellm_provider").asText());
    }

    @Test
    void addressesAreToldWhereTheyMayBe() throws Exception {
        RunningGateway other = fixture.gateway(config, Map.of("gateway.answer.api-base", "true"));
        String body = other.get("/v1/model/info").body();
        assertEquals(upstream.baseUrl(), JSON.readTree(body).at("/data/0/model_info/api_base").asText());
        assertEquals(upstream.baseUrl(), JSON.readTree(body).at("/data/2/litellm_params/api_base").asText());
        assertFalse(body.contains("sk-cloud") || body.contains("hunter2"), body);
    }

    @Test
    void aPathWithV1TwiceSaysSo() throws Exception {
        for (HttpResponse<String> answer : java.util.List.of(gateway.get("/v1/v1/models"),
                gateway.post("/v1/v1/chat/completions", RunningGateway.chat("bare", false)))) {
            assertEquals(404, answer.statusCode());
            assertTrue(answer.body().contains("It has /v1 twice: leave /v1 off the base URL"), answer.body());
        }
        assertFalse(gateway.get("/v1/nowhere").body().contains("twice"));
    }
}
