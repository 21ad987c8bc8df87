package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What requests have used and cost: in an answer's header, and in {@code GET /usage}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageTest {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
    private static final String USAGE = "{\"prompt_tokens\":1000,\"completion_tokens\":100,\"total_tokens\":1100,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":600},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":40}}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    private FakeUpstream upstream;
    private RunningGateway gateway;

    @BeforeAll
    void start() {
        upstream = fixture.upstream();
        StringBuilder models = new StringBuilder("model_list:\n");
        entry(models, "dear", "input_cost_per_token: 0.0000015, output_cost_per_token: 2e-6, "
                + "cache_read_input_token_cost: 1.5e-7, output_cost_per_reasoning_token: 0.000003", "");
        entry(models, "plain-price", "", "input_cost_per_token: 0.1, output_cost_per_token: 0.2");
        entry(models, "half-price", "input_cost_per_token: 0.1", "");
        entry(models, "each", "input_cost_per_request: 0.25", "");
        entry(models, "timed", "output_cost_per_second: 1000000", "");
        entry(models, "free", "input_cost_per_token: 0, output_cost_per_token: 0", "");
        for (String name : List.of("unpriced", "seen", "left", "failing", "mixed")) {
            entry(models, name, "", name.equals("unpriced") ? "" : "input_cost_per_token: 1, output_cost_per_token: 1");
        }
        entry(models, "any/*", "", "");
        gateway = fixture.gateway(models + """
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """, Map.of("gateway.usage.ask-streams", "true"));
    }

    private void entry(StringBuilder models, String name, String params, String info) {
        models.append("""
                  - model_name: '%s'
                    litellm_params: {model: 'openai/%s', api_base: '%s'%s}
                    model_info: {id: '%s-id'%s}
                """.formatted(name, name, upstream.baseUrl(), params.isEmpty() ? "" : ", " + params, name,
                info.isEmpty() ? "" : ", " + info));
    }

    private static String answer(String usage) {
        return Replies.chat("hello").replaceFirst("\"usage\":\\{[^}]*}", "\"usage\":" + usage);
    }

    private HttpResponse<String> ask(String model) {
        return gateway.post("/v1/chat/completions", chat(model, false));
    }

    private static String cost(HttpResponse<?> answer) {
        return answer.headers().firstValue("x-litellm-response-cost").orElse(null);
    }

    private JsonNode usage(String query) {
        HttpResponse<String> answer = gateway.get("/usage" + query);
        assertEquals(200, answer.statusCode(), answer.body());
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode row(JsonNode report, String model) {
        for (JsonNode row : report.path("since_start").path("rows")) {
            if (row.path("model").asText().equals(model)) {
                return row;
            }
        }
        return JSON.createObjectNode();
    }

    /** A request is counted when it has ended, which may be a moment after its client has its answer. */
    private JsonNode rowOf(String model, int requests) {
        return await().until(() -> row(usage(""), model), row -> row.path("requests").asInt() == requests);
    }

    private static void assertAmount(String expected, JsonNode amount) {
        assertEquals(0, new BigDecimal(expected).compareTo(amount.decimalValue()), expected + ", but " + amount);
    }

    @Test
    void aCostIsExactToTheLastDigitAndEachKindOfTokenHasItsPrice() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        // 400 of the prompt at 0.0000015, 600 from the cache at 0.00000015, 60 written at 0.000002, 40 at 0.000003
        assertEquals("0.00093", cost(ask("dear")));
        ask("dear");
        ask("dear");
        JsonNode row = rowOf("dear", 3);
        assertAmount("0.00279", row.path("cost"));
        assertAmount("0", row.path("estimated_cost"));
        assertEquals(List.of(3000, 300, 1800, 120), List.of(row.path("prompt_tokens").asInt(),
                row.path("completion_tokens").asInt(), row.path("cached_tokens").asInt(),
                row.path("reasoning_tokens").asInt()));
        assertEquals(0, row.path("estimated_requests").asInt() + row.path("unpriced_requests").asInt());
    }

    @Test
    void pricesOfTheModelsInfoCountAsThoseOfItsParameters() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        assertEquals("120", cost(ask("plain-price")));
        JsonNode info = usageless("/model/info?litellm_model_id=plain-price-id");
        assertEquals(0.1, info.path("data").path(0).path("model_info").path("input_cost_per_token").asDouble());
    }

    private JsonNode usageless(String path) {
        try {
            return JSON.readTree(gateway.get(path).body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void noPriceIsNoCostAndNotZero() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        assertEquals(null, cost(ask("unpriced")));
        JsonNode row = rowOf("unpriced", 1);
        assertTrue(row.path("cost").isNull(), row.toString());
        assertEquals(1, row.path("unpriced_requests").asInt());
    }

    @Test
    void aPriceOfZeroIsACostOfZero() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        assertEquals("0", cost(ask("free")));
        assertAmount("0", rowOf("free", 1).path("cost"));
    }

    @Test
    void whereOneKindOfTokenHasNoPriceTheCostIsNotKnown() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        assertEquals(null, cost(ask("half-price")));
        upstream.does((request, line) -> line.json(200,
                answer("{\"prompt_tokens\":7,\"completion_tokens\":0,\"total_tokens\":7}")));
        assertEquals("0.7", cost(ask("half-price")));
    }

    @Test
    void aRequestAndASecondMayHaveAPriceToo() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        assertEquals("0.25", cost(ask("each")));
        upstream.does((request, line) -> line.silentFor(20).json(200, answer(USAGE)));
        assertTrue(new BigDecimal(cost(ask("timed"))).compareTo(new BigDecimal(20_000)) >= 0);
    }

    @Test
    void anAnswerWithoutUsageIsEstimatedAndSaysSoAndHasNoCostInItsHead() {
        upstream.does((request, line) -> line.json(200, Replies.chat("hello").replaceFirst(",\"usage\".*}}$", "}")));
        assertEquals(null, cost(ask("mixed")));
        JsonNode row = rowOf("mixed", 1);
        assertEquals(1, row.path("estimated_requests").asInt());
        assertTrue(row.path("estimated_tokens").asInt() > 0, row.toString());
        assertEquals(row.path("cost"), row.path("estimated_cost"));
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        ask("mixed");
        JsonNode both = rowOf("mixed", 2);
        assertAmount("1100", JSON.getNodeFactory().numberNode(
                both.path("cost").decimalValue().subtract(both.path("estimated_cost").decimalValue())));
    }

    private void streams(String... usage) {
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("hel")).event(Replies.chunk("lo")).event(Replies.finish());
            for (String each : usage) {
                line.event("{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":[],"
                        + "\"usage\":" + each + "}");
            }
            line.event("[DONE]").endOfChunks();
        });
    }

    @Test
    void aStreamIsAskedForItsUsageWhichOnlyAClientSeesThatHasAsked() {
        streams(USAGE);
        HttpResponse<String> silent = gateway.post("/v1/chat/completions", chat("seen", true));
        assertTrue(upstream.last().text().contains("\"include_usage\":true"), upstream.last().text());
        assertFalse(silent.body().contains("usage"), silent.body());
        assertTrue(silent.body().contains("[DONE]"), silent.body());
        assertEquals(null, cost(silent));
        JsonNode row = rowOf("seen", 1);
        assertAmount("1100", row.path("cost"));
        assertEquals(0, row.path("estimated_requests").asInt());
        HttpResponse<String> asked = gateway.post("/v1/chat/completions",
                chat("seen", true).replaceFirst("}$", "") + ",\"stream_options\":{\"include_usage\":true}}");
        assertTrue(asked.body().contains("\"cached_tokens\":600"), asked.body());
        HttpResponse<String> refused = gateway.post("/v1/chat/completions",
                chat("seen", true).replaceFirst("}$", "") + ",\"stream_options\":{\"include_usage\":false}}");
        assertTrue(upstream.last().text().contains("\"include_usage\":false"), upstream.last().text());
        assertEquals(200, refused.statusCode());
    }

    @Test
    void aClientThatLeavesItsStreamHasUsedWhatItWasSent() throws Exception {
        upstream.does((request, line) -> {
            line.streamHead();
            for (int i = 0; i < 20; i++) {
                line.event(Replies.chunk("word number " + i));
            }
            line.awaitClosed();
        });
        HttpRequest request = gateway.request("/v1/chat/completions")
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(chat("left", true))).build();
        HttpResponse<InputStream> answer =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofInputStream());
        byte[] read = answer.body().readNBytes(1000);
        assertEquals(1000, read.length);
        answer.body().close();
        JsonNode row = rowOf("left", 1);
        assertEquals(List.of(1, 0, 1), List.of(row.path("client_gone").asInt(), row.path("failed").asInt(),
                row.path("estimated_requests").asInt()), row.toString());
        int tokens = row.path("completion_tokens").asInt();
        assertTrue(tokens > 5 && tokens < 150, row.toString());
        assertAmount(String.valueOf(row.path("estimated_tokens").asInt()), row.path("cost"));
    }

    @Test
    void aFailedRequestHasCostNothingAndIsNotCalledUnpriced() {
        upstream.does((request, line) -> line.json(500, Replies.error("broken", "server_error", "x")));
        assertEquals(500, ask("failing").statusCode());
        JsonNode row = rowOf("failing", 1);
        assertEquals(List.of(1, 0), List.of(row.path("failed").asInt(), row.path("unpriced_requests").asInt()));
        assertTrue(row.path("cost").isNull(), row.toString());
    }

    @Test
    void namesThatClientsMakeUpAddNoRows() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        for (int i = 0; i < 20; i++) {
            ask("any/thing-" + i);
            assertEquals(404, ask("made-up-" + i).statusCode());
        }
        assertEquals(20, rowOf("any/*", 20).path("requests").asInt());
        assertEquals(20, rowOf("other", 20).path("failed").asInt());
        assertFalse(usage("?by=model,key,deployment,hour").toString().contains("thing-"));
    }

    @Test
    void theFiguresCanBeToldApartByModelKeyDeploymentAndHour() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        ask("plain-price");
        JsonNode report = await().until(() -> usage("?by=deployment,key&by=hour"),
                told -> told.toString().contains("plain-price-id"));
        assertEquals("[\"key\",\"deployment\"]", report.path("by").toString());
        JsonNode row = report.path("hours").path(0).path("rows").path(0);
        assertEquals(List.of("key", "deployment", "requests"),
                JSON.convertValue(row, Map.class).keySet().stream().limit(3).toList());
        assertEquals("master", row.path("key").asText());
        assertTrue(report.path("today").path("total").path("requests").asInt() > 0);
        assertTrue(report.path("all").path("total").path("requests").asInt() > 0);
    }

    @Test
    void aSpreadsheetGetsItAsCsv() {
        upstream.does((request, line) -> line.json(200, answer(USAGE)));
        ask("plain-price");
        rowOfAny("plain-price");
        HttpResponse<String> csv = gateway.get("/usage/?format=csv");
        assertEquals("text/csv; charset=utf-8", csv.headers().firstValue("Content-Type").orElse(""));
        List<String> lines = csv.body().lines().toList();
        assertEquals("period,from,model,requests,failed,client_gone,prompt_tokens,completion_tokens,cached_tokens,"
                + "reasoning_tokens,estimated_requests,estimated_tokens,cost,estimated_cost,unpriced_requests",
                lines.get(0));
        int columns = lines.get(0).split(",").length;
        assertTrue(lines.stream().allMatch(line -> line.split(",", -1).length == columns), csv.body());
        assertTrue(lines.stream().anyMatch(line -> line.matches("since_start,[^,]*Z,plain-price,.*")), csv.body());
        HttpResponse<String> asked = gateway.send(gateway.request("/usage", "Accept", "text/csv")
                .header("Authorization", "Bearer " + RunningGateway.KEY).build());
        assertTrue(asked.body().startsWith("period,"), asked.body());
    }

    private void rowOfAny(String model) {
        await().until(() -> row(usage(""), model).path("requests").asInt() > 0);
    }

    @Test
    void whatCannotBeAnsweredIsRefusedWithTheReason() {
        assertEquals(401, gateway.send(gateway.request("/usage").build()).statusCode());
        assertEquals(405, gateway.post("/usage", "{}").statusCode());
        HttpResponse<String> by = gateway.get("/usage?by=colour");
        assertEquals(400, by.statusCode());
        assertTrue(by.body().contains("model, key, deployment, hour"), by.body());
        assertEquals(400, gateway.get("/usage?format=xml").statusCode());
        HttpResponse<String> head = gateway.send(gateway.request("/usage")
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
    }
}
