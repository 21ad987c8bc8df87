package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.ObjectMappers;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;

/** Plain answers and streams, which the official types read. */
class AnswerTest {

    private final Talk talk = new Talk();
    private final Translation asked = talk.asks("{'model':'m','input':'a','instructions':'be\\nbrief',\n'metadata':\n"
            + "{'a':'b'},'tools':[{'type':'function','name':'f','strict':false,'parameters':{}},"
            + "{'type':'namespace','name':'n','description':'d',\n'tools':[{'type':'function','name':'g'}]}],"
            + "'max_output_tokens':5}");

    private static Response read(JsonNode answer) throws Exception {
        Response response = ObjectMappers.jsonMapper().readValue(answer.toString(), Response.class);
        return response.validate();
    }

    private static Response accumulated(byte[] stream) throws Exception {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        for (JsonNode event : Talk.events(stream)) {
            assertFalse(event.has("error"), "openai-java takes that for an error: " + event);
            if (!event.get("type").asText().equals("keepalive")) {
                accumulator.accumulate(ObjectMappers.jsonMapper().readValue(event.toString(),
                        ResponseStreamEvent.class));
            }
        }
        Response response = accumulator.response();
        // The type's list of codes is closed, and lacks the one by which Codex knows that it may come again.
        return response.error().isPresent() ? response : response.validate();
    }

    private static void assertNumbered(List<JsonNode> events) {
        for (int i = 0; i < events.size(); i++) {
            assertEquals(i, events.get(i).get("sequence_number").asInt());
        }
    }

    private static JsonNode last(List<JsonNode> events) {
        return events.get(events.size() - 1).get("response");
    }

    @Test
    void aPlainAnswerSaysAgainWhatWasAskedAndTheSdkReadsIt() throws Exception {
        JsonNode answer = Talk.answer(asked, "{'role':'assistant','reasoning':'hm','content':'Four'}", "stop");
        Response response = read(answer);
        assertEquals("qwen", response.model().asString());
        assertEquals(ResponseStatus.COMPLETED, response.status().orElseThrow());
        assertEquals("Four", response.output().get(1).asMessage().content().get(0).asOutputText().text());
        assertEquals("hm", response.output().get(0).asReasoning().summary().get(0).text());
        assertEquals(41, response.usage().orElseThrow().inputTokens());
        assertEquals(32, response.usage().orElseThrow().inputTokensDetails().cachedTokens());
        assertEquals(2, response.usage().orElseThrow().outputTokensDetails().reasoningTokens());
        assertEquals(44, response.usage().orElseThrow().totalTokens());
        assertEquals("be\nbrief", answer.get("instructions").asText());
        assertEquals(2, answer.get("tools").size());
        assertEquals(5, answer.get("max_output_tokens").asInt());
        assertTrue(answer.get("store").asBoolean());
        assertTrue(answer.get("id").asText().matches("resp_[0-9a-f]{32}"));
        assertFalse(answer.toString().contains("chatcmpl"));
    }

    @Test
    void aStreamOfTextHasEveryEventInItsOrder() throws Exception {
        byte[] stream = Talk.stream(asked, Talk.delta("{'role':'assistant','content':''}"),
                Talk.delta("{'content':'Four '}"), Talk.delta("{'content':'legs.'}"), Talk.finish("stop"), Talk.USAGE);
        List<JsonNode> events = Talk.events(stream);
        assertEquals(List.of("created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
                "output_text.delta", "output_text.done", "content_part.done", "output_item.done", "completed"),
                Talk.types(events));
        assertNumbered(events);
        String id = events.get(2).at("/item/id").asText();
        for (int i = 3; i < 8; i++) {
            assertEquals(id, events.get(i).get("item_id").asText());
            assertEquals(0, events.get(i).get("output_index").asInt());
            assertEquals(0, events.get(i).get("content_index").asInt());
        }
        assertEquals(id, events.get(8).at("/item/id").asText());
        assertEquals(events.get(8).get("item"), last(events).at("/output/0"));
        assertEquals(events.get(0).at("/response/id"), last(events).get("id"));
        assertEquals("in_progress", events.get(0).at("/response/status").asText());
        assertEquals("Four legs.", accumulated(stream).output().get(0).asMessage().content().get(0).asOutputText()
                .text());
    }

    @Test
    void reasoningComesFirstAsASummaryUnderEitherOfItsNamesAndOnce() throws Exception {
        for (String name : List.of("reasoning", "reasoning_content")) {
            byte[] stream = Talk.stream(asked, Talk.delta("{'" + name + "':'A '}"), Talk.delta("{'" + name
                    + "':'camel'}"), Talk.delta("{'content':'One'}"), Talk.finish("stop"));
            List<JsonNode> events = Talk.events(stream);
            assertEquals(List.of("created", "in_progress", "output_item.added", "reasoning_summary_part.added",
                    "reasoning_summary_text.delta", "reasoning_summary_text.delta", "reasoning_summary_text.done",
                    "reasoning_summary_part.done", "output_item.done", "output_item.added", "content_part.added",
                    "output_text.delta", "output_text.done", "content_part.done", "output_item.done", "completed"),
                    Talk.types(events));
            assertNumbered(events);
            assertEquals(0, events.get(4).get("summary_index").asInt());
            assertEquals(1, events.get(11).get("output_index").asInt());
            assertEquals(0, events.get(11).get("content_index").asInt());
            assertEquals("A camel", last(events).at("/output/0/summary/0/text").asText());
            assertFalse(last(events).at("/output/0").has("encrypted_content"));
            assertEquals(2, accumulated(stream).output().size());
        }
    }

    @Test
    void callsWhoseFragmentsAlternateComeOneAfterTheOtherWithoutAMessageBetween() throws Exception {
        byte[] stream = Talk.stream(asked,
                Talk.delta("{'tool_calls':[{'index':0,'id':'call_7','function':{'name':'f','arguments':''}}]}"),
                Talk.delta("{'tool_calls':[{'index':1,'id':'call_8','function':{'name':'g','arguments':'{\\\"tz'}}]}"),
                Talk.delta("{'tool_calls':[{'index':0,'function':{'arguments':'{\\\"city\\\":1}'}}]}"),
                Talk.delta("{'content':'\\n'}"),
                Talk.delta("{'tool_calls':[{'index':1,'function':{'arguments':'\\\":2}'}}]}"), Talk.finish("stop"));
        List<JsonNode> events = Talk.events(stream);
        assertNumbered(events);
        List<JsonNode> done = events.stream().filter(event -> event.get("type").asText().endsWith("item.done"))
                .map(event -> event.get("item")).toList();
        assertEquals(List.of("function_call", "function_call"), done.stream().map(item -> item.get("type").asText())
                .toList());
        assertEquals("{\"city\":1}", done.get(0).get("arguments").asText());
        assertEquals("{\"tz\":2}", done.get(1).get("arguments").asText());
        assertEquals("n", done.get(1).get("namespace").asText());
        assertEquals("call_8", done.get(1).get("call_id").asText());
        assertEquals("completed", last(events).get("status").asText());
        assertEquals(done, List.of(last(events).at("/output/0"), last(events).at("/output/1")));
        assertEquals("call_7", accumulated(stream).output().get(0).asFunctionCall().callId());
        for (JsonNode event : events) {
            if (event.get("type").asText().endsWith("arguments.done")) {
                assertTrue(event.has("name"));
            }
        }
    }

    @Test
    void severalCallsInOneDeltaAndArgumentsInOneLastChunkAreWhole() {
        List<JsonNode> events = Talk.events(Talk.stream(asked, Talk.delta("{'tool_calls':["
                + "{'index':0,'id':'1','function':{'name':'f','arguments':'{}'}},"
                + "{'index':1,'id':'2','function':{'name':'g'}}]}"),
                Talk.delta("{'tool_calls':[{'index':1,'function':{'arguments':'{\\\"a\\\":1}'}}]}"),
                Talk.finish("tool_calls")));
        assertEquals("{}", last(events).at("/output/0/arguments").asText());
        assertEquals("{\"a\":1}", last(events).at("/output/1/arguments").asText());
    }

    @Test
    void aCallWithoutArgumentsHasAnEmptyObject() {
        List<JsonNode> events = Talk.events(Talk.stream(asked,
                Talk.delta("{'tool_calls':[{'index':0,'function':{'name':'f'}}]}"), Talk.finish("tool_calls")));
        assertEquals(List.of("created", "in_progress", "output_item.added", "function_call_arguments.delta",
                "function_call_arguments.done", "output_item.done", "completed"), Talk.types(events));
        assertEquals("{}", events.get(3).get("delta").asText());
        assertEquals("{}", events.get(4).get("arguments").asText());
        assertFalse(events.get(2).at("/item/call_id").asText().isEmpty());
    }

    @Test
    void whatTheLimitCutsIsIncompleteAndKeepsItsUsage() throws Exception {
        byte[] stream = Talk.stream(asked, Talk.delta("{'content':'Once'}"), Talk.finish("length"), Talk.USAGE);
        List<JsonNode> events = Talk.events(stream);
        assertEquals("response.incomplete", events.get(events.size() - 1).get("type").asText());
        assertEquals("max_output_tokens", last(events).at("/incomplete_details/reason").asText());
        assertEquals("incomplete", last(events).get("status").asText());
        assertEquals("incomplete", events.get(events.size() - 2).at("/item/status").asText());
        assertEquals(3, last(events).at("/usage/output_tokens").asInt());
        assertEquals(ResponseStatus.INCOMPLETE, accumulated(stream).status().orElseThrow());
        JsonNode plain = Talk.answer(asked, "{'content':'Once'}", "length");
        assertEquals("max_output_tokens", plain.at("/incomplete_details/reason").asText());
        assertEquals(3, plain.at("/usage/output_tokens").asInt());
        assertEquals("content_filter", Talk.answer(asked, "{'content':'Once'}", "content_filter")
                .at("/incomplete_details/reason").asText());
        events = Talk.events(Talk.stream(asked, Talk.delta("{'tool_calls':[{'index':0,'id':'1','function':"
                + "{'name':'f','arguments':'{\\\"a'}}]}"), Talk.finish("length")));
        assertEquals("incomplete", last(events).at("/output/0/status").asText());
        assertEquals("{\"a", last(events).at("/output/0/arguments").asText());
    }

    @Test
    void aRefusalIsAPartOfItsOwnKind() throws Exception {
        byte[] stream = Talk.stream(asked, Talk.delta("{'refusal':'No.'}"), Talk.finish("stop"));
        assertEquals(List.of("created", "in_progress", "output_item.added", "content_part.added", "refusal.delta",
                "refusal.done", "content_part.done", "output_item.done", "completed"),
                Talk.types(Talk.events(stream)));
        assertEquals("No.", accumulated(stream).output().get(0).asMessage().content().get(0).asRefusal().refusal());
    }

    @Test
    void anAnswerOfNothingIsAnEmptyMessageAndNothingAtAllWhereTheLimitCutIt() throws Exception {
        assertEquals("", read(Talk.answer(asked, "{'content':''}", "stop")).output().get(0).asMessage().content()
                .get(0).asOutputText().text());
        assertEquals(0, Talk.answer(asked, "{'content':''}", "length").get("output").size());
    }

    @Test
    void usageThatNobodyTellsIsZeroAndHasEveryField() {
        JsonNode usage = last(Talk.events(Talk.stream(asked, Talk.delta("{'content':'a'}")))).get("usage");
        assertEquals(Talk.tree("{'input_tokens':0,'input_tokens_details':{'cached_tokens':0,'cache_write_tokens':0},"
                + "'output_tokens':0,'output_tokens_details':{'reasoning_tokens':0},'total_tokens':0}"), usage);
    }

    @Test
    void aStreamThatBreaksOffFailsOnceAndEndsNothing() throws Exception {
        byte[] stream = Talk.brokenStream(asked, ApiError.of(502, "server_error", "upstream_unavailable", null,
                "The stream \"broke\" off"), Talk.delta("{'content':'Half'}"));
        List<JsonNode> events = Talk.events(stream);
        assertEquals(List.of("created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
                "failed"), Talk.types(events));
        assertNumbered(events);
        assertEquals("server_error", last(events).at("/error/code").asText());
        assertEquals("The stream \"broke\" off", last(events).at("/error/message").asText());
        assertEquals(ResponseStatus.FAILED, accumulated(stream).status().orElseThrow());
    }

    @Test
    void aFailureTellsByItsCodeWhetherToAskAgain() {
        assertEquals("rate_limit_exceeded", code(429, "429"));
        assertEquals("insufficient_quota", code(429, "insufficient_quota"));
        assertEquals("context_length_exceeded", code(400, "context_length_exceeded"));
        assertEquals("invalid_prompt", code(400, "invalid_value"));
        assertEquals("server_is_overloaded", code(503, "gateway_busy"));
        assertEquals("server_error", code(504, "upstream_timeout"));
    }

    private String code(int status, String code) {
        return last(Talk.events(Talk.brokenStream(asked, ApiError.of(status, null, code, null, "x"))))
                .at("/error/code").asText();
    }

    @Test
    void anErrorBeforeContentIsAResponseThatFailsAtOnce() throws Exception {
        byte[] stream = talk.dialect.errorEvent(ApiError.of(503, "server_error", "busy", null, "Later"), "call-1");
        assertEquals(List.of("created", "in_progress", "failed"), Talk.types(Talk.events(stream)));
        assertEquals("Later", accumulated(stream).error().orElseThrow().message());
        assertEquals(502, talk.dialect.status(ApiError.of(500, "server_error", null, null, "x")));
        assertEquals("p", Talk.tree(talk.dialect.error(ApiError.badRequest("c", "p", "x"), "call-1"))
                .at("/error/param").asText());
        assertTrue(new String(talk.dialect.keepAlive(), StandardCharsets.UTF_8).startsWith(":"));
    }

    @Test
    void aSignOfLifeIsNumberedToo() throws Exception {
        StreamTranslation stream = asked.stream(new Telling("qwen", false, bytes -> { }));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        stream.keepAlive(out);
        stream.chunk(Talk.delta("{'content':'a'}"), out);
        stream.keepAlive(out);
        stream.keepAlive(out);
        stream.chunk(Talk.delta("{'content':'b'}"), out);
        stream.end(out);
        List<JsonNode> events = Talk.events(out.toByteArray());
        assertNumbered(events);
        assertEquals(2, events.stream().filter(event -> event.get("type").asText().equals("keepalive")).count());
        assertEquals("ab", accumulated(out.toByteArray()).output().get(0).asMessage().content().get(0).asOutputText()
                .text());
    }

    @Test
    void concurrentStreamsOfOneRequestShareNothing() {
        StreamTranslation one = asked.stream(new Telling("qwen", false, bytes -> { }));
        StreamTranslation other = asked.stream(new Telling("qwen", false, bytes -> { }));
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        for (String piece : List.of("a", "b")) {
            one.chunk(Talk.delta("{'content':'1" + piece + "'}"), first);
            other.chunk(Talk.delta("{'content':'2" + piece + "'}"), second);
        }
        one.end(first);
        other.end(second);
        Consumer<byte[]> whole = stream -> assertNumbered(Talk.events(stream));
        whole.accept(first.toByteArray());
        whole.accept(second.toByteArray());
        assertEquals("1a1b", last(Talk.events(first.toByteArray())).at("/output/0/content/0/text").asText());
        assertEquals("2a2b", last(Talk.events(second.toByteArray())).at("/output/0/content/0/text").asText());
        assertEquals(2, List.of(first, second).stream().map(stream -> last(Talk.events(stream.toByteArray())).get("id"))
                .collect(Collectors.toSet()).size());
    }

    @Test
    void anUpstreamThatSaysAllOfItAgainAtTheEndIsHeardOnce() {
        List<JsonNode> events = Talk.events(Talk.stream(asked, Talk.delta("{'content':'Four'}"),
                Talk.delta("{'content':' legs'}"), Talk.json("{'choices':[{'index':0,'finish_reason':'stop',"
                + "'delta':{'content':'.'},'message':{'content':'Four legs.'}}]}").getBytes(StandardCharsets.UTF_8),
                Talk.json("{'choices':[{'index':0,'message':{'content':'Four legs.'}}]}")
                .getBytes(StandardCharsets.UTF_8)));
        assertEquals("Four legs.", last(events).at("/output/0/content/0/text").asText());
    }

    @Test
    void halfOfACharacterWaitsForItsOtherHalf() {
        List<JsonNode> events = Talk.events(Talk.stream(asked, Talk.delta("{'content':'a\\ud83d'}"),
                Talk.delta("{'content':'\\udc2a'}"), Talk.finish("stop")));
        assertEquals("a\ud83d\udc2a", last(events).at("/output/0/content/0/text").asText());
    }
}
