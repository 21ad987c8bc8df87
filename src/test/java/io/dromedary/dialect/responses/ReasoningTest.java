package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.dromedary.dialect.DialectRequest;

/** What a model thought, on its way to the client and back. */
class ReasoningTest {

    private final Talk talk = new Talk();

    private JsonNode thinks(Talk by) {
        return Talk.answer(by.asks("{'model':'m','input':'a','store':false,'include':['reasoning.encrypted_content']}"),
                "{'reasoning_content':'I \\\"think\\\"\\n\\u00e9','content':'so'}", "stop").at("/output/0");
    }

    private JsonNode messages(String reasoning) {
        return talk.messages("[{'role':'user','content':'a'}," + reasoning
                + ",{'role':'assistant','content':'so'},{'role':'user','content':'b'}]");
    }

    @Test
    void sealedReasoningComesBackAsItWas() {
        JsonNode item = thinks(talk);
        String sealed = item.get("encrypted_content").asText();
        assertTrue(sealed.startsWith("drom1."));
        assertNotEquals(sealed, thinks(talk).get("encrypted_content").asText());
        JsonNode messages = messages("{'type':'reasoning','id':'rs_1','summary':[],'content':null,"
                + "'encrypted_content':'" + sealed + "'}");
        assertEquals("I \"think\"\n\u00e9", messages.at("/1/reasoning_content").asText());
        assertEquals("so", messages.at("/1/content").asText());
        assertEquals(3, messages.size());
    }

    @Test
    void aStreamSealsItToo() {
        JsonNode response = Talk.events(Talk.stream(talk.asks("{'model':'m','input':'a','stream':true,"
                + "'include':['reasoning.encrypted_content']}"), Talk.delta("{'reasoning':'hm'}"),
                Talk.delta("{'content':'so'}"), Talk.finish("stop"))).get(14).get("response");
        JsonNode messages = messages("{'type':'reasoning','summary':[],'encrypted_content':'"
                + response.at("/output/0/encrypted_content").asText() + "'}");
        assertEquals("hm", messages.at("/1/reasoning_content").asText());
    }

    @Test
    void whatWasNotSealedHereOrForAnotherKeyIsPassedOver() {
        String foreign = thinks(new Talk()).get("encrypted_content").asText();
        for (String sealed : new String[] {foreign, "gAAAAB", "drom1.", "drom1.!!", "drom1.AAAA"}) {
            JsonNode messages = messages("{'type':'reasoning','summary':[{'type':'summary_text','text':'s'}],"
                    + "'encrypted_content':'" + sealed + "'}");
            assertFalse(messages.get(1).has("reasoning_content"), sealed);
            assertEquals(3, messages.size());
        }
        String own = thinks(talk).get("encrypted_content").asText();
        byte[] request = Talk.json("{'model':'m','input':[{'type':'reasoning','summary':[],'encrypted_content':'" + own
                + "'},{'role':'assistant','content':'so'}]}").getBytes(StandardCharsets.UTF_8);
        assertFalse(Talk.tree(talk.asks("other", request).chat()).at("/messages/0").has("reasoning_content"));
    }

    @Test
    void openReasoningIsTakenFromItsContentOrItsSummary() {
        assertEquals("c", messages("{'type':'reasoning','summary':[{'type':'summary_text','text':'s'}],'content':"
                + "[{'type':'reasoning_text','text':'c'}],'encrypted_content':null}").at("/1/reasoning_content")
                .asText());
        assertEquals("s", messages("{'type':'reasoning','summary':[{'type':'summary_text','text':'s'}],"
                + "'content':null}").at("/1/reasoning_content").asText());
        assertFalse(messages("{'type':'reasoning','summary':[]}").get(1).has("reasoning_content"));
        assertFalse(messages("{'type':'reasoning'}").get(1).has("reasoning_content"));
    }

    @Test
    void withoutTheSettingNothingOfItGoesUpstream() {
        byte[] request = Talk.json("{'model':'m','input':[{'type':'reasoning','summary':[{'type':'summary_text',"
                + "'text':'s'}]},{'role':'assistant','content':'so'}]}").getBytes(StandardCharsets.UTF_8);
        assertEquals(Talk.tree("[{'role':'assistant','content':'so'}]"), Talk.tree(new ResponsesDialect(talk.store,
                false).translate(new DialectRequest(request, Talk.OWNER, "c", name -> null, 10, bytes -> { })).chat())
                .get("messages"));
    }

    @Test
    void reasoningBehindWhichNothingIsSaidIsLeftOut() {
        assertEquals(1, talk.messages("[{'role':'user','content':'a'},{'type':'reasoning','summary':["
                + "{'type':'summary_text','text':'s'}]}]").size());
    }
}
