package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An answer that is well reaches the client, whatever shape it has. */
@Timeout(60)
class StreamShapesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream().says("from the cloud");
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud));

    private String stream(String... fields) {
        String body = RunningGateway.chat("local", true);
        return gateway.post("/v1/chat/completions",
                fields.length == 0 ? body : body.replace("\"stream\"", fields[0] + "\"stream\"")).body();
    }

    private HttpResponse<String> plain() {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"data: {\"choices\":null,\"usage\":null}\n\n", "data: {}\n\n", "data: null\n\n",
            "data: {\"cost\":0.1}\n\n",
        "event: ping\ndata: {\"type\":\"ping\"}\n\n", "event: cost\ndata: {\"usd\":1}\n\n",
        "data: {\"choices\":[],\"error\":{}}\n\n",
        "data: {\"choices\":[],\"error\":\"\"}\n\n",
        "data: {\"choices\":[],\"error\":{\"code\":null,\"message\":\"\"}}\n\n"})
    void whatIsNoContentGoesToTheClientAsItCame(String event) {
        for (boolean first : new boolean[] {true, false}) {
            local.does((request, line) -> {
                line.streamHead();
                if (first) {
                    line.chunk(event);
                }
                line.event(Replies.chunk("a")).chunk(event).event(Replies.finish()).chunk(event).event("[DONE]")
                        .endOfChunks();
            });
            String answer = stream();
            assertEquals(first ? 3 : 2, answer.split(java.util.regex.Pattern.quote(event), -1).length - 1, answer);
            assertTrue(answer.endsWith("data: [DONE]\n\n"), answer);
        }
        assertTrue(cloud.received().isEmpty());
    }

    private static String progress(int n) {
        return "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},"
                + "\"finish_reason\":null}],\"model\":\"upstream-name\","
                + "\"prompt_progress\":{\"total\":100000,\"processed\":" + n + ",\"text\":\"" + "x".repeat(300)
                + "\"}}";
    }

    @Test
    void progressThatNobodyAskedForIsNotHeldAndDoesNotEndTheStream() {
        local.does((request, line) -> {
            line.streamHead();
            for (int i = 0; i < 400; i++) {
                line.event(progress(i));
            }
            line.event(Replies.chunk("a")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        String answer = stream();
        assertFalse(answer.contains("prompt_progress"), answer);
        assertTrue(answer.endsWith("data: [DONE]\n\n"), answer);
    }

    @Test
    void progressThatTheClientAskedForComesBeforeTheFirstContent() throws Exception {
        java.util.concurrent.CountDownLatch seen = new java.util.concurrent.CountDownLatch(1);
        local.does((request, line) -> {
            line.streamHead().event(progress(1));
            seen.await();
            line.event(Replies.chunk("a")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions",
                    RunningGateway.chat("local", true).replace("\"stream\"", "\"return_progress\":true,\"stream\""));
            assertTrue(client.readUntil("prompt_progress").contains("\"model\":\"local\""));
            seen.countDown();
            client.readUntil("data: [DONE]");
        }
    }

    @Test
    void afterProgressAnotherDeploymentCanStillTakeOver() {
        local.does((request, line) -> line.streamHead().event(progress(1)).reset());
        String answer = stream("\"return_progress\":true,");
        assertTrue(answer.contains("prompt_progress") && answer.contains("from the cloud")
                && answer.endsWith("data: [DONE]\n\n"), answer);
    }

    @Test
    void aStreamThatCallsItselfJsonIsAStream() {
        local.does((request, line) ->
                line.whole(200, "application/json", "data: " + Replies.chunk("a") + "\n\ndata: " + Replies.finish()
                + "\n\ndata: [DONE]\n\n"));
        String answer = stream();
        assertTrue(answer.contains("\"a\"") && answer.endsWith("data: [DONE]\n\n"), answer);
        assertTrue(cloud.received().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void aWholeAnswerToAStreamRequestIsMadeAStream(String type) throws Exception {
        local.does((request, line) ->
                line.whole(200, type, "{\"id\":\"x\",\"object\":\"chat.completion\",\"model\":\"m\",\"choices\":[{"
                + "\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"all of "
                + "it\",\"tool_calls\":[{\"id\":\"t\",\"type\":\"function\","
                + "\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}]},\"finish_reason\":\"tool_calls\"}],"
                + "\"usage\":{\"total_tokens\":3}}"));
        String answer = stream();
        String[] events = answer.split("\n\n");
        JsonNode first = JSON.readTree(events[0].substring(6));
        assertEquals("chat.completion.chunk", first.path("object").asText());
        assertEquals("local", first.path("model").asText());
        assertEquals("all of it", first.at("/choices/0/delta/content").asText());
        assertEquals(0, first.at("/choices/0/delta/tool_calls/0/index").asInt(-1));
        assertEquals(3, JSON.readTree(events[1].substring(6)).at("/usage/total_tokens").asInt());
        assertTrue(answer.endsWith("data: [DONE]\n\n"), answer);
        assertTrue(cloud.received().isEmpty());
    }

    @Test
    void aLongWholeAnswerIsMadeAStreamOfPieces() throws Exception {
        String unit = "ab\u00e9\\u00e9\\ud83d\\udc2a\uD83D\uDC2A\\n\\\"";
        String first = unit.repeat(12_000);
        String second = "x" + first;
        String thought = "xyz" + first.substring(unit.length());
        local.does((request, line) -> line.json(200, "{\"id\":\"i\",\"object\":\"chat.completion\",\"model\":\"m\","
                + "\"choices\":[{\"message\":{\"role\":\"assistant\",\"reasoning_content\":\"" + thought
                + "\",\"content\":\"" + first + "\"},\"index\":0,\"finish_reason\":\"stop\"},"
                + "{\"message\":{\"role\":\"assistant\",\"content\":\"" + second
                + "\"},\"finish_reason\":\"length\",\"index\":1}],\"usage\":{\"total_tokens\":3}}"));
        try (RunningGateway small = RunningGateway.with(RunningGateway.localAndCloud(local, cloud),
                Map.of("gateway.stream.max-event-bytes", "120000"))) {
            String answer = small.post("/v1/chat/completions", RunningGateway.chat("local", true)
                    .replace("\"stream\"", "\"n\":2,\"stream\"")).body();
            Map<String, StringBuilder> texts = new TreeMap<>();
            String[] events = answer.split("\n\n");
            for (int i = 0; i < events.length - 1; i++) {
                JsonNode chunk = JSON.readTree(events[i].substring(6));
                assertEquals("chat.completion.chunk", chunk.path("object").asText());
                assertEquals("local", chunk.path("model").asText());
                assertEquals("i", chunk.path("id").asText());
                boolean whole = i == events.length - 3;
                for (JsonNode choice : chunk.path("choices")) {
                    assertEquals(whole, choice.path("finish_reason").isTextual(), "the end comes last");
                    choice.path("delta").fields().forEachRemaining(field -> {
                        String piece = field.getValue().asText();
                        assertFalse(Character.isHighSurrogate(piece.charAt(piece.length() - 1)), "half a character");
                        texts.computeIfAbsent(choice.path("index").asInt() + " " + field.getKey(),
                                name -> new StringBuilder()).append(piece);
                    });
                }
            }
            assertEquals("{0 content=" + plain(first) + ", 0 reasoning_content=" + plain(thought)
                    + ", 0 role=assistant, 1 content=" + plain(second) + ", 1 role=assistant}", texts.toString());
            assertTrue(answer.endsWith("\"total_tokens\":3}}\n\ndata: [DONE]\n\n"));
            assertTrue(cloud.received().isEmpty());
        }
    }

    private static String plain(String escaped) throws Exception {
        return JSON.readTree("\"" + escaped + "\"").textValue();
    }

    @Test
    void aLongTextCompletionIsMadeAStreamOfPieces() throws Exception {
        String text = "word ".repeat(40_000);
        local.does((request, line) -> line.json(200, "{\"object\":\"text_completion\",\"choices\":[{\"index\":0,"
                + "\"text\":\"" + text + "\",\"finish_reason\":\"stop\"}]}"));
        String answer = gateway.post("/v1/completions",
                "{\"model\":\"local\",\"stream\":true,\"prompt\":\"hi\"}").body();
        StringBuilder read = new StringBuilder();
        String[] events = answer.split("\n\n");
        for (int i = 0; i < events.length - 1; i++) {
            read.append(JSON.readTree(events[i].substring(6)).at("/choices/0/text").textValue());
        }
        assertTrue(events.length > 6 && answer.endsWith("data: [DONE]\n\n"), events.length + " events");
        assertEquals(text, read.toString());
    }

    @Test
    void whatCannotBeCutAndFitsNoEventIsAFailureBeforeAnythingIsSent() {
        local.does((request, line) -> line.json(200, "{\"choices\":[{\"index\":0,\"message\":{\"tool_calls\":["
                + "{\"function\":{\"name\":\"f\",\"arguments\":\"" + "x".repeat(200_000)
                + "\"}}]},\"finish_reason\":\"stop\"}]}"));
        cloud.says("from the cloud");
        try (RunningGateway small = RunningGateway.with(RunningGateway.localAndCloud(local, cloud),
                Map.of("gateway.stream.max-event-bytes", "120000"))) {
            String answer = small.post("/v1/chat/completions", RunningGateway.chat("local", true)).body();
            assertTrue(answer.contains("from the cloud") && !answer.contains("xxx"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "text/event-stream"})
    void aStreamToAPlainRequestIsMadeAWholeAnswer(String type) throws Exception {
        String tool = "{\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,"
                + "%s\"function\":{%s\"arguments\":\"%s\"}}]}}]}";
        local.does((request, line) -> line.whole(200, type,
                ": hi\n\ndata: " + Replies.role() + "\n\ndata: " + Replies.chunk("one ") + "\n\ndata: "
                + Replies.chunk("two") + "\n\ndata: " + tool.formatted("\"id\":\"t\",", "\"name\":\"f\",", "{a")
                + "\n\ndata: "
                + tool.formatted("", "", ":1}") + "\n\ndata: " + Replies.finish()
                + "\n\ndata: {\"choices\":[],\"usage\":{\"total_tokens\":7}}\n\n"
                + "data: [DONE]\n\n"));
        JsonNode answer = JSON.readTree(plain().body());
        assertEquals("chat.completion", answer.path("object").asText(), answer.toString());
        assertEquals("local", answer.path("model").asText());
        assertEquals("one two", answer.at("/choices/0/message/content").asText());
        assertEquals("assistant", answer.at("/choices/0/message/role").asText());
        assertEquals("f", answer.at("/choices/0/message/tool_calls/0/function/name").asText());
        assertEquals("{a:1}", answer.at("/choices/0/message/tool_calls/0/function/arguments").asText());
        assertEquals("stop", answer.at("/choices/0/finish_reason").asText());
        assertEquals(7, answer.at("/usage/total_tokens").asInt());
        assertTrue(cloud.received().isEmpty());
    }

    @Test
    void halfAStreamToAPlainRequestIsNoAnswer() {
        local.does((request, line) -> line.whole(200, "text/event-stream", "data: " + Replies.chunk("half") + "\n\n"));
        assertTrue(plain().body().contains("from the cloud"));
    }

    @Test
    void logprobsThatAreNoNumbersArePassedOn() {
        String logprobs =
                "\"logprobs\":{\"content\":[{\"token\":\"a\",\"logprob\":-Infinity},{\"token\":\"b\","
                + "\"logprob\":NaN}]},";
        String chunk = Replies.chunk("a").replace("\"finish_reason\"", logprobs + "\"finish_reason\"");
        local.does((request, line) -> {
            if (request.text().contains("\"stream\":true")) {
                line.streamHead().event(chunk).event(Replies.finish()).event("[DONE]").endOfChunks();
            } else {
                line.json(200, Replies.chat("a").replace("\"finish_reason\"", logprobs + "\"finish_reason\""));
            }
        });
        assertTrue(stream().contains("\"logprob\":NaN"));
        assertTrue(plain().body().contains("\"logprob\":-Infinity"));
        assertTrue(cloud.received().isEmpty());
    }

    @Test
    void aFinishThatIsAnErrorWithoutContentIsAFailure() {
        String bad = Replies.chat("").replace("\"stop\"", "\"error\"");
        local.does((request, line) -> {
            if (request.text().contains("\"stream\":true")) {
                line.streamHead().event(Replies.role()).event(Replies.finish().replace("\"stop\"", "\"error\""))
                        .event("[DONE]").endOfChunks();
            } else {
                line.json(200, bad);
            }
        });
        assertTrue(plain().body().contains("from the cloud"));
        assertTrue(stream().contains("from the cloud"));
    }

    @Test
    void anEmptyErrorBesideGoodChoicesIsNone() {
        for (String empty : new String[] {"\"\"", "{}", "null", "{\"code\":0,\"message\":\"\"}", "false", "[]"}) {
            local.does((request, line) ->
                    line.json(200, "{\"error\":" + empty + "," + Replies.chat("good").substring(1)));
            assertTrue(plain().body().contains("good"), empty);
        }
    }
}
