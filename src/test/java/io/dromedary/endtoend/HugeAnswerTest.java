package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An answer of very many pieces is understood as one of few is; what is no answer, the next deployment gives. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class HugeAnswerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MANY = 300_000;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud)
            + "router_settings: {disable_cooldowns: true}\n",
            Map.of("gateway.memory.bytes", "300000000"));

    @BeforeEach
    void theCloudAnswers() {
        cloud.says("from the cloud");
        cloud.received().clear();
    }

    private static String many(String piece) {
        return many(MANY, piece);
    }

    private static String many(int count, String piece) {
        return IntStream.range(0, count).mapToObj(i -> piece.replace("#", String.valueOf(i)))
                .collect(Collectors.joining(","));
    }

    private HttpResponse<String> ask(boolean stream) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("local", stream));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"error\":[#]}", "{\"error\":{#}}", "{\"error\":{\"message\":\"boom\",\"more\":{#}}}"})
    void anErrorOfManyPiecesUnderA200IsNoAnswer(String error) {
        String pieces = many(error.contains("[") ? "\"a\"" : "\"f#\":1");
        local.does((request, line) -> line.json(200, error.replace("#", pieces)));
        assertTrue(ask(false).body().contains("from the cloud"));
        local.does((request, line) -> line.streamHead().event(error.replace("#", pieces)).event("[DONE]")
                .endOfChunks());
        assertTrue(ask(true).body().contains("from the cloud"));
    }

    @Test
    void whatAnErrorSaysIsFoundAmongAllThatItRepeats() throws Exception {
        String detail = "{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"top_k\"],"
                + "\"msg\":\"Extra inputs are not permitted\",\"input\":[" + many(90_000, "[#]") + "]}]}";
        local.does((request, line) -> {
            if (request.text().contains("top_k")) {
                line.json(400, detail);
            } else {
                line.json(200, Replies.chat("without it"));
            }
        });
        HttpResponse<String> answer = gateway.post("/v1/chat/completions",
                RunningGateway.chat("local", false).replace("\"model\"", "\"top_k\":1,\"model\""));
        assertTrue(answer.body().contains("without it"), answer.body());
        local.does((request, line) -> line.json(400, "{\"error\":{\"message\":\"prompt is too long\",\"input\":["
                + many(90_000, "[#]") + "],\"code\":\"x\"}}"));
        JsonNode error = JSON.readTree(ask(false).body()).get("error");
        assertEquals("prompt is too long", error.get("message").asText());
    }

    @Test
    void anAnswerMayHaveManyFieldsAndValues() throws Exception {
        String answer = Replies.chat("hi");
        local.does((request, line) -> line.json(200, "{" + many("\"f#\":1") + "," + answer.substring(1)));
        assertEquals("hi", JSON.readTree(ask(false).body()).at("/choices/0/message/content").asText());
        local.does((request, line) -> line.json(200, answer.replace("\"choices\"", "\"x\":{" + many("\"f#\":[]")
                + "},\"choices\"")));
        JsonNode whole = JSON.readTree(ask(false).body());
        assertEquals("local", whole.get("model").asText());
        assertEquals(MANY, whole.get("x").size());
    }

    @Test
    void anEventMayHaveManyFieldsAndValues() {
        local.does((request, line) -> line.streamHead()
                .event("{" + many("\"f#\":1") + ",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"many\"}}]}")
                .event(Replies.finish()).event("[DONE]").endOfChunks());
        String answer = ask(true).body();
        assertTrue(answer.contains("\"f299999\":1") && answer.contains("many") && answer.endsWith("data: [DONE]\n\n"));
    }

    @Test
    void everNewChoicesAreNoStream() {
        local.does((request, line) -> line.streamHead()
                .event("{\"choices\":[" + many(20_000, "{\"index\":#,\"delta\":{\"content\":\"a\"}}") + "]}")
                .event("[DONE]").endOfChunks());
        assertTrue(ask(true).body().contains("from the cloud"));
    }

    @Test
    void aStreamOfManyChoicesIsWholeWhenEachHasFinished() {
        for (int missing = 0; missing < 2; missing++) {
            int finished = 128 - missing;
            local.does((request, line) -> line.streamHead()
                    .event("{\"choices\":[" + many(128, "{\"index\":#,\"delta\":{\"content\":\"a\"}}") + "]}")
                    .event("{\"choices\":[" + many(finished, "{\"index\":#,\"delta\":{},\"finish_reason\":\"stop\"}")
                    + "]}").endOfChunks());
            String answer = gateway.post("/v1/chat/completions",
                    RunningGateway.chat("local", true).replace("\"model\"", "\"n\":128,\"model\"")).body();
            assertEquals(missing == 0, answer.endsWith("data: [DONE]\n\n"));
        }
    }

    @Test
    void aStreamOfManyPiecesBecomesAWholeAnswer() throws Exception {
        String chunk = "data: {\"id\":\"i\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{"
                + "\"content\":\"\\u00e9#\","
                + "\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"a\"}}]},"
                + "\"logprobs\":{\"content\":[{\"token\":\"#\",\"logprob\":NaN}]}}]}\n\n";
        String stream = IntStream.range(0, 20_000).mapToObj(i -> chunk.replace("#", String.valueOf(i % 10)))
                .collect(Collectors.joining())
                + "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";
        local.does((request, line) -> line.whole(200, "text/event-stream", stream));
        JsonNode choice = JSON.readTree(ask(false).body().replace("NaN", "0")).at("/choices/0");
        assertEquals(40_000, choice.at("/message/content").asText().length());
        assertTrue(choice.at("/message/content").asText().startsWith("\u00e90\u00e91"));
        assertEquals(1, choice.at("/message/tool_calls").size());
        assertEquals(20_000, choice.at("/message/tool_calls/0/function/arguments").asText().length());
        assertEquals(20_000, choice.at("/logprobs/content").size());
    }

    @Test
    void aStreamOfTooManyNamesBecomesNoWholeAnswer() {
        local.does((request, line) -> line.whole(200, "text/event-stream", "data: {\"choices\":[{\"index\":0,"
                + "\"delta\":{\"content\":\"a\",\"tool_calls\":[" + many("{\"index\":#}")
                + "]}}]}\n\ndata: [DONE]\n\n"));
        assertTrue(ask(false).body().contains("from the cloud"));
    }

    @Test
    void aWholeAnswerOfManyPiecesBecomesAStream() throws Exception {
        local.does((request, line) -> line.json(200, "{\n\"id\":\"i\",\n\"model\":\"m\",\r\n\"choices\":[{\"index\":0,"
                + "\"message\":{\"content\":\"hi\",\"tool_calls\":[{},{\"id\":\"b\"},{\"index\":7},"
                + many("{\"id\":\"#\"}") + "]}," + many("\"f#\":[\n]") + ",\"finish_reason\":\"stop\"}],"
                + "\"usage\":{\"total_tokens\":3}}"));
        String[] events = ask(true).body().split("\n\n");
        assertEquals(3, events.length);
        JsonNode chunk = JSON.readTree(events[0].substring(6));
        assertEquals("chat.completion.chunk", chunk.get("object").asText());
        assertEquals("local", chunk.get("model").asText());
        JsonNode calls = chunk.at("/choices/0/delta/tool_calls");
        assertEquals("[{\"index\":0},{\"index\":1,\"id\":\"b\"},{\"index\":7}]",
                "[" + calls.get(0) + "," + calls.get(1) + "," + calls.get(2) + "]");
        assertEquals(MANY + 3, calls.size());
        JsonNode usage = JSON.readTree(events[1].substring(6));
        assertEquals(3, usage.at("/usage/total_tokens").asInt());
        assertEquals(0, usage.get("choices").size());
    }

    @Test
    void anAnswerThatOnlyEndsWithAnErrorIsNoneHoweverMuchIsAroundIt() {
        String failed = "{\"choices\":[{\"finish_reason\":\"error\",\"message\":{\"content\":\"\",\"x\":[" + many("[]")
                + "]}}]}";
        local.does((request, line) -> line.json(200, failed));
        assertTrue(ask(false).body().contains("from the cloud"));
    }
}
