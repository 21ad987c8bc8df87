package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.NativeStream;
import io.dromedary.dialect.Translation;

/** An upstream that speaks the API itself. */
class NativeTest {

    private static final String ANSWER = Talk.json("{'id':'resp_up','object':'response','status':'completed','model':"
            + "'up','output':[{'id':'msg_up','type':'message','role':'assistant','content':[{'type':'output_text',"
            + "'text':'hi','annotations':[]}]}],'usage':{'total_tokens':7}}");

    private final Talk talk = new Talk();

    private static String body(Translation asked) {
        return asked.asSent().body("up").toString();
    }

    @Test
    void theBodyGoesAsItCameButForItsModelAndWhatNamesAMachine() {
        assertEquals(Talk.json("{'model':\"up\", 'input' : 'a','odd':1.50}"), body(talk.asks("{'model':'m', 'input' :"
                + " 'a','client_metadata':{'id':1},'odd':1.50,'fallbacks':['x']}")));
    }

    @Test
    void whatTheClientRefersToGoesAlongWhole() {
        JsonNode first = Talk.says(talk.asks("{'model':'m','input':'hello'}"), "hi");
        JsonNode sent = Talk.tree(body(talk.asks("{'model':'m','previous_response_id':'" + first.get("id").asText()
                + "','input':[{'role':'user','content':'more'}]}")).getBytes(StandardCharsets.UTF_8));
        assertEquals(3, sent.get("input").size());
        assertEquals("hello", sent.at("/input/0/content").asText());
        assertEquals("hi", sent.at("/input/1/content/0/text").asText());
        assertTrue(!sent.has("previous_response_id"));
    }

    @Test
    void itsPlainAnswerIsKeptUnderItsOwnIds() {
        JsonNode told = Talk.tree(talk.asks("{'model':'m','input':'hello'}").asSent()
                .answer(ANSWER.getBytes(StandardCharsets.UTF_8), "m"));
        assertEquals("m", told.get("model").asText());
        assertGoesOn();
        assertThrows(UpstreamFailed.class, () -> talk.asks("{'model':'m','input':'a'}").asSent().answer("{}"
                .getBytes(StandardCharsets.UTF_8), "m"));
    }

    @Test
    void anOutputOfCountlessItemsIsToldAndNotKept() {
        byte[] answer = Talk.json("{'id':'resp_up','model':'up','output':[0" + ",0".repeat(200_000) + "]}")
                .getBytes(StandardCharsets.UTF_8);
        assertEquals("m", Talk.tree(talk.asks("{'model':'m','input':'a'}").asSent().answer(answer, "m"))
                .get("model").asText());
        assertEquals(0, talk.store.bytes());
    }

    private void assertGoesOn() {
        JsonNode expected = Talk.tree("[{'role':'user','content':'hello'},{'role':'assistant','content':'hi'},"
                + "{'role':'user','content':'x'}]");
        assertEquals(expected, talk.chat("{'model':'m','previous_response_id':'resp_up','input':'x'}")
                .get("messages"));
        assertEquals(expected, talk.messages("[{'role':'user','content':'hello'},{'id':'msg_up'},"
                + "{'role':'user','content':'x'}]"));
        talk.passes(2000);
        assertThrows(ApiError.class, () -> talk.messages("[{'id':'msg_up'}]"));
        assertEquals(0, talk.store.bytes());
    }

    @Test
    void itsStreamIsKeptAndHasOnlyItsModelsNameChanged() throws IOException {
        NativeStream stream = talk.asks("{'model':'m','input':'hello'}").asSent().stream("m");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        event(stream, "{'type':'response.created','sequence_number':0,'response':{'id':'resp_up','model':'up'}}", out);
        assertTrue(!stream.content());
        event(stream, "{'type':'response.output_text.delta','sequence_number':1,'delta':'hi'}", out);
        assertTrue(stream.content() && !stream.whole());
        event(stream, "{'type':'response.completed','sequence_number':2,'response':" + ANSWER + "}", out);
        assertTrue(stream.whole());
        assertEquals(7, stream.usage().total());
        assertEquals("m", Talk.events(out.toByteArray()).get(2).at("/response/model").asText());
        assertEquals("m", Talk.tree(new StoredResponses(talk.store).response(Talk.OWNER, "resp_up")).get("model")
                .asText());
        assertGoesOn();
    }

    @Test
    void anEventsNumberThatIsNoneIsPassedOver() throws IOException {
        NativeStream stream = talk.asks("{'model':'m','input':'hello'}").asSent().stream("m");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String number : List.of("''", "'x'", "-1", "1e9", "1" + "0".repeat(40))) {
            event(stream, "{'type':'response.created','sequence_number':" + number + "}", out);
        }
        assertEquals(5, Talk.events(out.toByteArray()).size());
    }

    private static void event(NativeStream stream, String data, ByteArrayOutputStream out) throws IOException {
        String json = Talk.json(data);
        stream.event("event: " + Talk.tree(data).get("type").asText() + "\n", json.getBytes(StandardCharsets.UTF_8),
                out);
    }

    @Test
    void itsStreamThatBreaksOffFailsUnderTheSameId() throws IOException {
        NativeStream stream = talk.asks("{'model':'m','input':'hello'}").asSent().stream("m");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        event(stream, "{'type':'response.created','sequence_number':0,'response':{'id':'resp_up','model':'up'}}", out);
        event(stream, "{'type':'response.output_text.delta','sequence_number':1,'delta':'hi'}", out);
        stream.fail(ApiError.of(502, "server_error", null, null, "broke off"), out);
        List<JsonNode> events = Talk.events(out.toByteArray());
        assertEquals("response.failed", events.get(2).get("type").asText());
        assertEquals(2, events.get(2).get("sequence_number").asInt());
        assertEquals("resp_up", events.get(2).at("/response/id").asText());
    }
}
