package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What holds for every dialect: counts of tokens, signs of life, models and errors in the client's own form. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class DialectsTest {

    private static final String BODY = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],"
            + "\"input\":[{\"role\":\"user\",\"content\":\"hi\"}]";
    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream counting = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: local
                litellm_params: {model: openai/local-upstream, api_base: '%1$s'}
                model_info: {display_name: At home}
              - model_name: tags
                litellm_params: {model: openai/tags-upstream, api_base: '%1$s'}
                model_info: {reasoning_in_tags: true}
              - model_name: counting
                litellm_params: {model: openai/counting-upstream, api_base: '%2$s', api_key: sk-cloud-key-0815}
                model_info: {supported_endpoints: [/v1/messages/count_tokens]}
            litellm_settings: {num_retries: 0}
            router_settings: {disable_cooldowns: true}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), counting.baseUrl()),
            Map.of("gateway.dialect.keep-alive", "100", "gateway.request.max-bytes", "200000"),
            Map.of("own.camel.yaml", """
            - routeConfiguration:
                description: A model that is answered here
                interceptFrom:
                  - interceptFrom:
                      id: before-model-router
                      uri: direct:model-router
                      steps:
                        - choice:
                            id: is-it-canned
                            when:
                              - id: is-canned
                                expression: {simple: {expression: "${exchangeProperty.model} == 'canned'"}}
                                steps:
                                  - setBody:
                                      id: say-so
                                      expression: {constant: {expression: "Out of a can"}}
                                  - process: {id: canned-completion, ref: completion}
                                  - process: {id: canned-answer, ref: answer}
                                  - stop: {id: canned-is-over}
            """));

    @BeforeEach
    void answerAgain() {
        local.says("hello");
    }

    private HttpResponse<String> ask(String path, String model, boolean stream) {
        return gateway.post(path, "{\"model\":\"" + model + "\",\"max_tokens\":9,\"stream\":" + stream + "," + BODY
                + "}");
    }

    private static JsonNode tree(HttpResponse<String> answer) throws Exception {
        return JSON.readTree(answer.body());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/messages/count_tokens", "/v1/responses/input_tokens"})
    void tokensAreEstimatedWhereNobodyCountsAndThatIsTold(String path) throws Exception {
        local.does((request, line) -> line.json(500, "{}"));
        HttpResponse<String> few = ask(path, "local", false);
        HttpResponse<String> many = gateway.post(path, "{\"model\":\"local\"," + BODY.replace("hi", "word ".repeat(400))
                + "}");
        assertEquals("estimated", header(few, "x-dromedary-token-count"));
        long difference = tree(many).get("input_tokens").asLong() - tree(few).get("input_tokens").asLong();
        assertTrue(difference > 400 && difference < 600, "2,000 characters more: " + difference);
        assertTrue(local.posts().stream().noneMatch(request -> request.text().contains("word word")));
    }

    @Test
    void tokensAreCountedWhereTheUpstreamCountsThem() throws Exception {
        counting.does((request, line) -> line.json(200, "{\"input_tokens\":4711}"));
        HttpResponse<String> answer = ask("/v1/messages/count_tokens", "counting", false);
        assertEquals("exact", header(answer, "x-dromedary-token-count"));
        assertEquals(4711, tree(answer).get("input_tokens").asLong());
        assertEquals("/v1/messages/count_tokens", counting.last().path());
        assertTrue(counting.last().text().contains("\"counting-upstream\""), counting.last().text());
    }

    @Test
    void aCountThatFailsUpstreamIsAnEstimateAndNoFailureOfTheDeployment() throws Exception {
        counting.does((request, line) -> line.json(404, "{\"error\":\"no such path\"}"));
        for (int i = 0; i < 5; i++) {
            assertEquals("estimated",
                    header(ask("/v1/messages/count_tokens", "counting", false), "x-dromedary-token-count"));
        }
        counting.says("well");
        assertEquals(200, ask("/v1/messages", "counting", false).statusCode());
    }

    @Test
    void nobodyCountsForAModelThatIsNotThere() {
        HttpResponse<String> answer = ask("/v1/messages/count_tokens", "nope", false);
        assertEquals(404, answer.statusCode());
        assertTrue(answer.body().contains("\"not_found_error\""), answer.body());
    }

    @Test
    void aResponseIsReadUntilItIsDeleted() throws Exception {
        JsonNode made = tree(ask("/v1/responses", "local", false));
        String path = "/v1/responses/" + made.get("id").asText();
        assertEquals(made, tree(gateway.get(path)));
        assertEquals("hi", tree(gateway.get(path + "/input_items")).at("/data/0/content/0/text").asText());
        assertEquals(400, gateway.get(path + "?stream=true").statusCode());
        assertEquals(405, gateway.post(path + "/cancel", "{}").statusCode());
        HttpRequest delete = HttpRequest.newBuilder(URI.create(gateway.url(path)))
                .header("Authorization", "Bearer " + RunningGateway.KEY).DELETE().build();
        assertTrue(tree(gateway.send(delete)).get("deleted").asBoolean());
        assertEquals(404, gateway.get(path).statusCode());
    }

    @Test
    void modelsAreListedInTheFormOfTheClientThatAsks() throws Exception {
        JsonNode list = tree(gateway.send(gateway.request("/v1/models", "anthropic-version", "2023-06-01",
                "x-api-key", RunningGateway.KEY).build()));
        assertEquals("{\"type\":\"model\",\"id\":\"local\",\"display_name\":\"At home\","
                + "\"created_at\":\"2023-02-28T18:56:42Z\"}", list.at("/data/0").toString());
        assertEquals("list", tree(gateway.get("/v1/models")).get("object").asText());
    }

    @Test
    void whoHasNoKeyIsToldSoInTheFormOfItsDialect() throws Exception {
        for (String path : new String[] {"/v1/messages", "/v1/responses", "/v1/models"}) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(gateway.url(path)))
                    .header("anthropic-version", "2023-06-01").header("x-api-key", "sk-wrong")
                    .POST(HttpRequest.BodyPublishers.ofString("{}")).build();
            HttpResponse<String> answer = gateway.send(request);
            assertEquals(401, answer.statusCode());
            assertEquals("authentication_error", tree(answer).at("/error/type").asText(), path);
            assertEquals(header(answer, "x-request-id"), header(answer, "request-id"));
            assertEquals("false", header(answer, "x-should-retry"));
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, 401", "/v1/responses, 403"})
    void anUpstreamThatRefusesTheGatewaysKeyIsNoRefusalOfTheClients(String path, int status) {
        local.does((request, line) -> line.json(status, "{\"error\":{\"message\":\"no\",\"code\":\"bad_key\"}}"));
        assertEquals(502, ask(path, "local", false).statusCode());
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, event: ping, event: ping", "/v1/responses, : keep-alive, event: keepalive"})
    void aClientGetsSignsOfLifeBeforeContentAndAfter(String path, String before, String after) throws Exception {
        CountDownLatch begin = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        local.does((request, line) -> {
            line.streamHead();
            begin.await();
            line.event(Replies.chunk("one"));
            goOn.await();
            line.event(Replies.chunk("two")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post(path, "{\"model\":\"local\",\"max_tokens\":9,\"stream\":true," + BODY + "}");
            client.readUntil(before);
            begin.countDown();
            client.readUntil("\"one\"");
            client.readUntil(after);
            goOn.countDown();
            String rest = client.readUntil("\r\n0\r\n\r\n");
            assertTrue(rest.contains("\"two\""), rest);
        }
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, thinking_delta", "/v1/responses, response.reasoning_summary_text.delta"})
    void reasoningInTagsIsToldAsReasoningWhereTheDeploymentSaysSo(String path, String event) {
        local.says("<think>A camel</think>One hump");
        String tagged = ask(path, "tags", true).body();
        assertTrue(tagged.contains(event) && !tagged.contains("think>"), tagged);
        String plain = ask(path, "local", true).body();
        assertTrue(plain.contains("think>") && !plain.contains(event), plain);
    }

    @ParameterizedTest
    @CsvSource({"/v1/messages, content_block_delta", "/v1/responses, response.output_text.delta"})
    void whatARouteAnswersByItselfIsToldInTheDialect(String path, String event) throws Exception {
        String stream = ask(path, "canned", true).body();
        assertTrue(stream.contains("event: " + event) && stream.contains("Out of a can"), stream);
        assertFalse(stream.contains("[DONE]") || stream.contains("chat.completion"), stream);
        String plain = ask(path, "canned", false).body();
        assertTrue(plain.contains("Out of a can") && !plain.contains("chat.completion"), plain);
    }

    @Test
    void aSmallRequestThatRefersToMuchIsRefused() throws Exception {
        local.says("x".repeat(150_000));
        JsonNode made = tree(ask("/v1/responses", "local", false));
        int before = local.posts().size();
        HttpResponse<String> answer = gateway.post("/v1/responses", "{\"model\":\"local\",\"previous_response_id\":"
                + made.get("id") + ",\"input\":[{\"type\":\"item_reference\",\"id\":" + made.at("/output/0/id")
                + "},{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("\"request_beyond_limit\""), answer.body());
        assertEquals(before, local.posts().size());
    }
}
