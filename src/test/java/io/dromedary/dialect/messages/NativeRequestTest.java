package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.NativeRequest;
import io.dromedary.dialect.NativeStream;

/** What goes to an upstream that speaks the Messages API, and what comes back from it. */
class NativeRequestTest {

    private static JsonNode body(String json) {
        return Requests.tree(Requests.translation(json).asSent().body("up").bytes());
    }

    @Test
    void whatNamesAPersonOrSteersTheGatewayStaysHere() {
        assertEquals(Requests.json("{'model':'up','messages':[],'novelty':1,'thinking':{'type':'adaptive'}}"
                .replace("[]", "[{'role':'user','content':'hi'}]")), body("{'metadata':{'user_id':'p'},'model':'m',"
                + "'safeguards':[],'messages':[{'role':'user','content':'hi'}],'client_metadata':{},'fallbacks':['x'],"
                + "'context_management':{},'novelty':1,'thinking':{'type':'adaptive'},"
                + "'system':[{'type':'text','text':'x-anthropic-billing-header: a'}]}"));
    }

    @Test
    void thinkingOfOthersStaysHereAndAnthropicsOwnGoesBack() {
        String real = "{'type':'thinking','thinking':'hm','signature':'EqQBCkYIBxgC'}";
        String ours = "{'type':'thinking','thinking':'hm','signature':'" + ThinkingMark.of("m") + "'}";
        assertEquals(Requests.json("[{'role':'assistant','content':[" + real + ",{'type':'text','text':'a'}]},"
                + "{'role':'assistant','content':[{'type':'text','text':'(no text)'}]},"
                + "{'content':'b','role':'user'}]"),
                body("{'messages':[{'role':'assistant','content':[" + ours + "," + real
                + ",{'type':'text','text':'a'}]},{'role':'assistant','content':[" + ours + "]},"
                + "{'content':'b','role':'user'}]}").get("messages"));
    }

    @Test
    void idsThatAnthropicRefusesAreOthersTheSameEverywhere() {
        JsonNode messages = body("{'messages':[{'role':'assistant','content':[{'type':'tool_use','id':"
                + "'functions.Bash:0','name':'a','input':{'id':'x:y'}}]},{'role':'user','content':[{'type':"
                + "'tool_result','tool_use_id':'functions.Bash:0','content':'ok'}]}]}").get("messages");
        String id = messages.at("/0/content/0/id").textValue();
        assertTrue(id.matches("functions_Bash_0_[0-9a-f]+"), id);
        assertEquals(id, messages.at("/1/content/0/tool_use_id").textValue());
        assertEquals("x:y", messages.at("/0/content/0/input/id").textValue());
    }

    @Test
    void theVersionOfTheApiGoesAlong() {
        assertEquals(Map.of("anthropic-version", "2023-06-01"), Answers.REQUEST.asSent().headers());
        DialectRequest later = new DialectRequest(Requests.bytes("{'messages':[{'role':'user','content':'hi'}]}"), "o",
                "id", Map.of("anthropic-version", "2027-01-01", "anthropic-beta", "b")::get, 9, bytes -> { });
        assertEquals(Map.of("anthropic-version", "2027-01-01"),
                new MessagesDialect(false).translate(later).asSent().headers());
    }

    @Test
    void anAnswerHasTheClientsNameOfTheModel() {
        NativeRequest sent = Answers.REQUEST.asSent();
        assertEquals("{\"type\":\"message\",\"model\":\"m\",\"content\":[],\"x\":1.0}", new String(sent.answer(
                Requests.bytes("{'type':'message','model':'up','content':[],'x':1.0}"), "m"), StandardCharsets.UTF_8));
        assertThrows(UpstreamFailed.class, () -> sent.answer(Requests.bytes("{'object':'chat.completion'}"), "m"));
        assertThrows(UpstreamFailed.class, () -> sent.answer(Requests.bytes("[]"), "m"));
    }

    @Test
    void aStreamHasTheNameTooAndTellsContentEndAndTokens() throws IOException {
        NativeStream stream = Answers.REQUEST.asSent().stream("m");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        stream.event("event: message_start\n", Requests.bytes("{'type':'message_start','message':{'model':'up','usage':"
                + "{'input_tokens':5,'cache_read_input_tokens':2,'output_tokens':1}}}"), out);
        stream.event("event: content_block_start\n",
                Requests.bytes("{'type':'content_block_start','index':0}"), out);
        assertEquals(false, stream.content());
        stream.event("event: content_block_delta\n",
                Requests.bytes("{'type':'content_block_delta','index':0}"), out);
        assertEquals(true, stream.content());
        stream.event("event: message_delta\n",
                Requests.bytes("{'type':'message_delta','usage':{'output_tokens':9}}"), out);
        assertEquals(16, stream.usage().total());
        assertEquals(false, stream.whole());
        stream.event("event: message_stop\n", Requests.bytes("{'type':'message_stop'}"), out);
        assertEquals(true, stream.whole());
        String text = out.toString(StandardCharsets.UTF_8);
        assertTrue(text.startsWith("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"model\":"
                + "\"m\",\"usage\""), text);
        stream.fail(ApiError.of(502, "server_error", null, null, "broken"), out);
        assertTrue(out.toString(StandardCharsets.UTF_8).contains("event: error\ndata: {\"type\":\"error\""));
    }

    @Test
    void anErrorEventIsKeptForTheGateway() throws IOException {
        NativeStream stream = Answers.REQUEST.asSent().stream("m");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] error = Requests.bytes("{'type':'error','error':{'type':'overloaded_error','message':'m'}}");
        stream.event("event: error\n", error, out);
        assertEquals(error, stream.error());
        assertEquals(0, out.size());
    }
}
