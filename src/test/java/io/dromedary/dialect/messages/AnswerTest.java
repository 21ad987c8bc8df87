package io.dromedary.dialect.messages;

import static io.dromedary.dialect.messages.Answers.accumulated;
import static io.dromedary.dialect.messages.Answers.delta;
import static io.dromedary.dialect.messages.Answers.events;
import static io.dromedary.dialect.messages.Answers.finish;
import static io.dromedary.dialect.messages.Answers.message;
import static io.dromedary.dialect.messages.Answers.plain;
import static io.dromedary.dialect.messages.Answers.stream;
import static io.dromedary.dialect.messages.Answers.usage;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.anthropic.core.JsonValue;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.StopReason;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.client.ApiError;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;

/** Answers of chat upstreams as Anthropic's messages and events, checked by Anthropic's own types. */
class AnswerTest {

    private static String call(String fields) {
        return delta("{'tool_calls':[{" + fields + "}]}");
    }

    private static String text(Message message, int block) {
        return message.content().get(block).asText().text();
    }

    private static JsonValue input(Message message, int block) {
        return message.content().get(block).asToolUse()._input();
    }

    private static JsonValue value(String json) {
        return JsonValue.from(Requests.json(json));
    }

    private static Message whole(String message, String finish) {
        return message(plain(message, finish));
    }

    @Test
    void aTextIsATextBlock() {
        JsonNode plain = plain("{'role':'assistant','content':'Four legs.'}", "stop");
        assertEquals(Requests.json("{'id':'msg_0a1b2c3d','type':'message','role':'assistant','model':'m','content':["
                + "{'type':'text','text':'Four legs.'}],'stop_reason':'end_turn','stop_sequence':null,'usage':"
                + "{'input_tokens':9,'cache_creation_input_tokens':0,'cache_read_input_tokens':32,'output_tokens':3}}"),
                plain);
        assertEquals("Four legs.", text(message(plain), 0));
    }

    @Test
    void aStreamOfTextIsInAnthropicsEvents() {
        String stream = stream(delta("{'role':'assistant','content':''}"), delta("{'content':'Four'}"),
                delta("{'content':' legs.'}"), finish("stop"),
                usage("'prompt_tokens':41,'completion_tokens':3,'prompt_tokens_details':{'cached_tokens':32}"));
        assertEquals("""
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_0a1b2c3d","type":"message","role":"assistant",\
                "model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":0,\
                "cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Four"}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" legs."}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":\
                {"input_tokens":9,"cache_creation_input_tokens":0,"cache_read_input_tokens":32,"output_tokens":3}}

                event: message_stop
                data: {"type":"message_stop"}

                """, stream);
        assertEquals("Four legs.", text(accumulated(stream), 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"reasoning_content", "reasoning"})
    void reasoningIsThinkingUnderEitherNameAndNothingOfTheTextIsLost(String name) {
        Message streamed = accumulated(stream(delta("{'" + name + "':'A camel'}"), delta("{'" + name + "':'…'}"),
                delta("{'content':'One'}"), delta("{'content':' hump.'}"), finish("stop")));
        assertEquals(List.of("A camel…", "One hump."),
                List.of(streamed.content().get(0).asThinking().thinking(), text(streamed, 1)));
        assertEquals(ThinkingMark.of("m"), streamed.content().get(0).asThinking().signature());
        Message plain = whole("{'" + name + "':'A camel…','content':'One hump.'}", "stop");
        assertEquals(streamed.content(), plain.content());
    }

    @Test
    void twoCallsWhoseFragmentsAlternateAreTwoBlocks() {
        Message message = accumulated(stream(
                call("'index':0,'id':'call_7','function':{'name':'weather','arguments':''}"),
                call("'index':1,'id':'call_8','function':{'name':'clock','arguments':'{\\'tz'}"),
                call("'index':0,'function':{'arguments':'{\\'city\\':\\'Ulm\\'}'}"), delta("{'content':'\\n'}"),
                call("'index':1,'function':{'arguments':'\\':\\'CET\\'}'}"), finish("stop"),
                usage("'prompt_tokens':80,'completion_tokens':30")));
        assertEquals(2, message.content().size());
        assertEquals("call_7", message.content().get(0).asToolUse().id());
        assertEquals(value("{'city':'Ulm'}"), input(message, 0));
        assertEquals("clock", message.content().get(1).asToolUse().name());
        assertEquals(value("{'tz':'CET'}"), input(message, 1));
        assertEquals(StopReason.TOOL_USE, message.stopReason().orElseThrow());
        assertEquals(80, message.usage().inputTokens());
    }

    @Test
    void twoCallsInOneChunkAreTwoBlocks() {
        Message message = accumulated(stream(delta("{'content':'I look.','tool_calls':["
                + "{'index':0,'id':'a','function':{'name':'f','arguments':'{}'}},"
                + "{'index':1,'id':'b','function':{'name':'g','arguments':'{\\'x\\':1}'}}]}"), finish("tool_calls")));
        assertEquals("I look.", text(message, 0));
        assertEquals(value("{'x':1}"), input(message, 2));
    }

    @Test
    void aCallWithoutArgumentsHasAnEmptyInput() {
        Message message = accumulated(stream(call("'index':0,'id':'a','function':{'name':'f'}"),
                call("'index':1,'id':'b','function':{'name':'g','arguments':''}"), finish("tool_calls")));
        assertEquals(value("{}"), input(message, 0));
        assertEquals(value("{}"), input(message, 1));
        assertEquals(message.content().get(0), whole("{'content':null,'tool_calls':[{'id':'a','function':{'name':'f',"
                + "'arguments':''}}]}", "tool_calls").content().get(0));
    }

    @Test
    void aNameOrArgumentsMayComeLateAndAnIdNever() {
        Message message = accumulated(stream(call("'index':0,'id':'a','function':{'arguments':''}"),
                call("'index':0,'function':{'name':'f'}"), call("'index':0,'function':{'arguments':'{\\'x\\':1}'}"),
                call("'index':1,'function':{'name':'g','arguments':{'y':2}}"), finish("tool_calls")));
        assertEquals(value("{'x':1}"), input(message, 0));
        assertEquals(value("{'y':2}"), input(message, 1));
        assertEquals("toolu_0a1b2c3d_2", message.content().get(1).asToolUse().id());
    }

    /** A server that cuts at UTF-16 units sends half a letter in each of two chunks. */
    @Test
    void aLetterThatIsCutInTwoIsOne() {
        Message message = accumulated(stream(delta("{'content':'a\\ud83d'}"), delta("{'content':'\\ude00'}"),
                call("'index':0,'id':'a','function':{'name':'f','arguments':'{\\'x\\':\\'\\ud83d'}"),
                call("'index':0,'function':{'arguments':'\\ude00\\'}'}"), finish("tool_calls")));
        assertEquals("a\ud83d\ude00", text(message, 0));
        assertEquals(value("{'x':'\\ud83d\\ude00'}"), input(message, 1));
    }

    @Test
    void thinkingAndACallWithoutTextHaveIndicesWithoutAGap() {
        Message message = accumulated(stream(delta("{'reasoning_content':'hm'}"), delta("{'content':'\\n\\n'}"),
                call("'index':0,'id':'a','function':{'name':'f','arguments':'{}'}"), finish("tool_calls")));
        assertEquals(2, message.content().size());
        assertTrue(message.content().get(1).isToolUse());
    }

    @Test
    void textAfterACallIsABlockOfItsOwn() {
        Message message = accumulated(stream(call("'index':0,'id':'a','function':{'name':'f','arguments':'{}'}"),
                delta("{'content':'Wait.'}"), finish("stop")));
        assertEquals("Wait.", text(message, 1));
        assertEquals(StopReason.TOOL_USE, message.stopReason().orElseThrow());
    }

    @Test
    void contentFinishAndUsageMayComeInOneChunkAndUsageNever() {
        Message one = accumulated(stream("{'choices':[{'delta':{'content':'hi'},'finish_reason':'stop'}],"
                + "'usage':{'prompt_tokens':2,'completion_tokens':1}}", "{'choices':null}", "{}"));
        assertEquals(2, one.usage().inputTokens());
        Message none = accumulated(stream(delta("{'content':'hi'}"), finish("stop")));
        assertEquals(0, none.usage().outputTokens());
        assertEquals(0, message(plain("{'choices':[{'message':{'content':'hi'},'finish_reason':'stop'}]}")).usage()
                .inputTokens());
    }

    @Test
    void moreThanThePromptFromTheCacheIsNoNegativeInput() {
        JsonNode usage = plain("{'choices':[{'message':{'content':'hi'}}],'usage':{'prompt_tokens':5,"
                + "'completion_tokens':1,'prompt_tokens_details':{'cached_tokens':9,'cache_write_tokens':2}}}")
                .get("usage");
        assertEquals(Requests.json("{'input_tokens':0,'cache_creation_input_tokens':2,'cache_read_input_tokens':9,"
                + "'output_tokens':1}"), usage);
    }

    @ParameterizedTest
    @CsvSource({"stop,end_turn", "length,max_tokens", "content_filter,refusal", "eos,end_turn"})
    void whyItStoppedIsToldInAnthropicsWords(String finish, String reason) {
        assertEquals(reason, plain("{'content':'hi'}", finish).get("stop_reason").textValue());
        List<JsonNode> events = events(stream(delta("{'content':'hi'}"), finish(finish)));
        assertEquals(reason, events.get(events.size() - 2).at("/delta/stop_reason").textValue());
    }

    @Test
    void callsAreToldWhateverTheReason() {
        String call = "{'tool_calls':[{'id':'a','type':'function','function':{'name':'f','arguments':'{\\'x\\': 1.0}'}}"
                + "],'content':''}";
        JsonNode plain = plain(call, "stop");
        assertEquals("tool_use", plain.get("stop_reason").textValue());
        assertEquals("[{\"type\":\"tool_use\",\"id\":\"a\",\"name\":\"f\",\"input\":{\"x\":1.0}}]",
                plain.get("content").toString());
    }

    @Test
    void theStopSequenceIsToldIfTheClientAskedForIt() {
        String answer = "{'choices':[{'message':{'content':'hi'},'finish_reason':'stop','stop_reason':'%s'}]}";
        JsonNode asked = plain(answer.formatted("END"));
        assertEquals("stop_sequence", asked.get("stop_reason").textValue());
        assertEquals("END", message(asked).stopSequence().orElseThrow());
        JsonNode other = plain(answer.formatted("<|im_end|>"));
        assertEquals("end_turn", other.get("stop_reason").textValue());
        assertTrue(other.get("stop_sequence").isNull());
    }

    @Test
    void aRefusalIsTextAndTheReason() {
        Message message = whole("{'content':null,'refusal':'No.'}", "stop");
        assertEquals("No.", text(message, 0));
        assertEquals(StopReason.REFUSAL, message.stopReason().orElseThrow());
        assertEquals(StopReason.REFUSAL, accumulated(stream(delta("{'refusal':'No.'}"), finish("stop"))).stopReason()
                .orElseThrow());
    }

    @Test
    void anAnswerCutInACallIsMaxTokens() {
        String cut = "'function':{'name':'f','arguments':'{\\'x\\': '}";
        JsonNode plain = plain("{'tool_calls':[{'id':'a'," + cut + "}]}", "length");
        assertEquals("max_tokens", plain.get("stop_reason").textValue());
        assertEquals("{}", plain.at("/content/0/input").toString());
        List<JsonNode> events = events(stream(call("'index':0,'id':'a'," + cut), finish("length")));
        Answers.requireLawful(events);
        assertEquals("max_tokens", events.get(events.size() - 2).at("/delta/stop_reason").textValue());
    }

    @Test
    void argumentsThatAreNoObjectAreMadeOneAndBrokenOnesAreAFailedAttempt() {
        String call = "{'tool_calls':[{'id':'a','function':{'name':'f','arguments':'%s'}}]}";
        assertEquals("{\"value\":[1,2]}", plain(call.formatted("[1,2]"), "stop").at("/content/0/input").toString());
        assertEquals("{}", plain(call.formatted("null"), "stop").at("/content/0/input").toString());
        assertThrows(UpstreamFailed.class, () -> plain(call.formatted("{\\'x\\':"), "tool_calls"));
    }

    @Test
    void nothingAtAllIsAnEmptyMessage() {
        assertEquals("[]", plain("{'content':''}", "length").get("content").toString());
        assertEquals(3, events(stream(finish("length"))).size());
    }

    @Test
    void allThatWasAllowedSpentOnThinkingIsNoEmptyText() {
        Message message = accumulated(stream(delta("{'reasoning':'hm'}"), finish("length")));
        assertEquals(1, message.content().size());
        assertEquals(StopReason.MAX_TOKENS, message.stopReason().orElseThrow());
    }

    @Test
    void aStreamThatBreaksOffEndsWithOneErrorAndNothingThatEndsWell() {
        StreamTranslation stream = Answers.REQUEST.stream(new Telling("m", false, bytes -> { }));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        stream.chunk(Requests.bytes(delta("{'content':'Half of'}")), out);
        stream.keepAlive(out);
        stream.fail(ApiError.of(502, "server_error", null, null, "The upstream's stream broke off"), out);
        List<JsonNode> events = events(out.toString(StandardCharsets.UTF_8));
        assertEquals("ping", events.get(3).get("type").textValue());
        assertEquals(Requests.json("{'type':'error','error':{'type':'api_error','message':'The upstream~s stream "
                .replace("~", "\\u0027") + "broke off'},'request_id':'0a1b-2c3d'}"), events.get(4));
        assertEquals(5, events.size());
    }

    @Test
    void streamsShareNothing() {
        StreamTranslation one = Answers.REQUEST.stream(new Telling("m", false, bytes -> { }));
        StreamTranslation two = Answers.REQUEST.stream(new Telling("m", false, bytes -> { }));
        ByteArrayOutputStream first = new ByteArrayOutputStream();
        ByteArrayOutputStream second = new ByteArrayOutputStream();
        one.chunk(Requests.bytes(delta("{'content':'a'}")), first);
        two.chunk(Requests.bytes(delta("{'reasoning':'b'}")), second);
        one.chunk(Requests.bytes(finish("stop")), first);
        two.chunk(Requests.bytes(finish("length")), second);
        one.end(first);
        two.end(second);
        assertEquals("a", text(accumulated(first.toString(StandardCharsets.UTF_8)), 0));
        assertEquals("b", accumulated(second.toString(StandardCharsets.UTF_8)).content().get(0).asThinking()
                .thinking());
    }

    @Test
    void anAnswerGoesBackAsItsClientWritesItIntoTheNextRequest() {
        Message message = whole("{'reasoning_content':'hm','content':'I look.','tool_calls':[{'id':'a','function':"
                + "{'name':'f','arguments':'{\\'x\\':1}'}}]}", "tool_calls");
        assertTrue(message.content().stream().allMatch(ContentBlock::isValid));
        JsonNode chat = Requests.messages("{'role':'user','content':'q'}," + plain("{'content':'I look.','tool_calls':"
                + "[{'id':'a','function':{'name':'f','arguments':'{\\'x\\':1}'}}]}", "stop").toString()
                + ",{'role':'user','content':[{'type':'tool_result','tool_use_id':'a','content':'1'}]}");
        assertEquals("I look.", chat.get(1).get("content").textValue());
        assertEquals("{\"x\":1}", chat.at("/1/tool_calls/0/function/arguments").textValue());
        assertFalse(chat.toString().contains("usage"));
    }
}
