package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.core.ObjectMappers;
import com.openai.models.responses.inputitems.ResponseItemList;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Translation;

/** What is kept between requests. */
class StoreTest {

    private Talk talk = new Talk();
    private final Map<String, String> query = new HashMap<>();

    private String id(JsonNode answer) {
        return answer.get("id").asText();
    }

    private JsonNode continued(String id, String text) {
        return talk.chat("{'model':'m','previous_response_id':'" + id + "','input':'" + text + "'}").get("messages");
    }

    private ApiError refused(String request) {
        return assertThrows(ApiError.class, () -> talk.asks(request));
    }

    private StoredResponses reader() {
        return new StoredResponses(talk.store);
    }

    private JsonNode inputItems(String id) {
        return Talk.tree(reader().inputItems(Talk.OWNER, id, query::get, bytes -> { }));
    }

    @Test
    void aResponseGoesOnFromThePreviousOne() {
        JsonNode first = Talk.says(talk.asks("{'model':'m','instructions':'once','input':'hello'}"), "hi");
        JsonNode second = Talk.says(talk.asks("{'model':'m','previous_response_id':'" + id(first)
                + "','input':[{'role':'user','content':'more'}]}"), "there");
        assertEquals(id(first), second.get("previous_response_id").asText());
        assertEquals(Talk.tree("[{'role':'user','content':'hello'},{'role':'assistant','content':'hi'},"
                + "{'role':'user','content':'more'},{'role':'assistant','content':'there'},"
                + "{'role':'user','content':'x'}]"), continued(id(second), "x"));
    }

    @Test
    void aStreamedResponseIsKeptToo() {
        JsonNode last = Talk.events(Talk.stream(talk.asks("{'model':'m','input':'hello','stream':true}"),
                Talk.delta("{'content':'hi'}"), Talk.finish("stop"))).get(8).get("response");
        assertEquals("hi", continued(id(last), "x").at("/1/content").asText());
        assertEquals(last, Talk.tree(reader().response(Talk.OWNER, id(last))));
    }

    @Test
    void aCallOfATooLIsAnsweredByItsIdAlone() {
        JsonNode first = Talk.answer(talk.asks("{'model':'m','input':'go'}"), "{'tool_calls':[{'id':'c1',"
                + "'function':{'name':'f','arguments':'{}'}}]}", "tool_calls");
        JsonNode messages = talk.chat("{'model':'m','previous_response_id':'" + id(first) + "','input':["
                + "{'type':'function_call_output','call_id':'c1','output':'3 C'}]}").get("messages");
        assertEquals("c1", messages.at("/1/tool_calls/0/id").asText());
        assertEquals("3 C", messages.at("/2/content").asText());
    }

    @Test
    void aReferenceStandsForItsItemWithOrWithoutAType() {
        JsonNode first = Talk.says(talk.asks("{'model':'m','input':'hello'}"), "hi");
        String item = first.at("/output/0/id").asText();
        for (String reference : new String[] {"{'type':'item_reference','id':'" + item + "'}",
            "{'id':'" + item + "'}", "{'type':null,'id':'" + item + "'},{'id':'" + item + "'}"}) {
            assertEquals(Talk.tree("[{'role':'user','content':'hello'},{'role':'assistant','content':'hi'},"
                    + "{'role':'user','content':'more'}]"), talk.messages("[{'role':'user','content':'hello'},"
                    + reference + ",{'role':'user','content':'more'}]"));
        }
    }

    @Test
    void whatAReferenceStoodForIsPartOfTheNextConversationToo() {
        JsonNode first = Talk.says(talk.asks("{'model':'m','input':'hello'}"), "hi");
        JsonNode second = Talk.says(talk.asks("{'model':'m','input':[{'role':'user','content':'hello'},"
                + "{'type':'item_reference','id':'" + first.at("/output/0/id").asText() + "'},"
                + "{'role':'user','content':'more'}]}"), "there");
        talk.store.remove(Talk.OWNER, id(first));
        assertEquals("hi", continued(id(second), "x").at("/1/content").asText());
    }

    @Test
    void anIdThatIsNotThereIsRefusedAndNamedTogetherWithTheWayOut() {
        ApiError error = refused("{'model':'m','previous_response_id':'resp_x','input':'a'}");
        assertEquals(400, error.status());
        assertEquals("previous_response_not_found", error.code());
        assertEquals("previous_response_id", error.param());
        assertTrue(error.getMessage().contains("'resp_x'") && error.getMessage().contains("'store' to false"));
        error = refused("{'model':'m','input':[{'role':'user','content':'a'},{'type':'item_reference','id':'msg_x'}]}");
        assertEquals(400, error.status());
        assertEquals("input[1]", error.param());
        assertTrue(error.getMessage().contains("'msg_x'") && error.getMessage().contains("'store' to false"));
    }

    @Test
    void aReferenceToReasoningThatIsGoneIsPassedOver() {
        assertEquals(1, talk.messages("[{'role':'user','content':'a'},{'type':'item_reference','id':'rs_x'}]").size());
    }

    @Test
    void whatIsNotToBeStoredIsNotAndSaysSo() {
        JsonNode answer = Talk.says(talk.asks("{'model':'m','input':'a','store':false}"), "hi");
        assertFalse(answer.get("store").asBoolean());
        assertEquals(400, refused("{'model':'m','input':'b','previous_response_id':'" + id(answer) + "'}").status());
        assertEquals(0, talk.store.bytes());
    }

    @Test
    void aStoreWithoutRoomSaysThatItKeepsNothing() {
        talk = new Talk(0, 1 << 20);
        assertFalse(Talk.says(talk.asks("{'model':'m','input':'a','store':true}"), "hi").get("store").asBoolean());
        talk = new Talk(100, 3000);
        String large = "x".repeat(4000);
        assertFalse(Talk.says(talk.asks("{'model':'m','input':'" + large + "'}"), "hi").get("store").asBoolean());
    }

    @Test
    void whatIsOthersIsNotFound() {
        JsonNode answer = Talk.says(talk.asks("{'model':'m','input':'a'}"), "hi");
        byte[] request = Talk.json("{'model':'m','input':'b','previous_response_id':'" + id(answer) + "'}")
                .getBytes(StandardCharsets.UTF_8);
        assertThrows(ApiError.class, () -> talk.asks("other", request));
        assertEquals(404, assertThrows(ApiError.class, () -> reader().response("other", id(answer))).status());
        assertEquals(404, assertThrows(ApiError.class, () -> reader().delete("other", id(answer))).status());
    }

    @Test
    void theOneThatWasAskedForLongestAgoGoesFirst() {
        talk = new Talk(6, 1 << 20);
        JsonNode first = Talk.says(talk.asks("{'model':'m','input':'1'}"), "a");
        JsonNode second = Talk.says(talk.asks("{'model':'m','input':'2'}"), "b");
        Talk.says(talk.asks("{'model':'m','input':'3'}"), "c");
        continued(id(first), "x");
        Talk.says(talk.asks("{'model':'m','input':'4'}"), "d");
        continued(id(first), "x");
        assertEquals(400, refused("{'model':'m','input':'b','previous_response_id':'" + id(second) + "'}").status());
    }

    @Test
    void whatNobodyAsksForGoesByItsAge() {
        JsonNode first = Talk.says(talk.asks("{'model':'m','input':'1'}"), "a");
        talk.passes(900);
        continued(id(first), "x");
        talk.passes(900);
        continued(id(first), "x");
        talk.passes(1001);
        assertEquals(400, refused("{'model':'m','input':'b','previous_response_id':'" + id(first) + "'}").status());
        assertEquals(0, talk.store.bytes());
    }

    @Test
    void aLongConversationTakesMemoryOnceAndGivesAllOfItBack() {
        JsonNode last = Talk.says(talk.asks("{'model':'m','input':'" + "x".repeat(1000) + "'}"), "a");
        long one = talk.store.bytes();
        for (int i = 0; i < 50; i++) {
            last = Talk.says(talk.asks("{'model':'m','input':'" + "x".repeat(1000) + "','previous_response_id':'"
                    + id(last) + "'}"), "a");
        }
        assertTrue(talk.store.bytes() < 52 * (one + 200), talk.store.bytes() + " bytes of " + one);
        assertEquals(103, continued(id(last), "x").size());
        talk.passes(2000);
        talk.store.find(Talk.OWNER, "resp_");
        assertEquals(0, talk.store.bytes());
    }

    @Test
    void aConversationThatIsTooLongIsRefused() {
        JsonNode last = Talk.says(talk.asks("{'model':'m','input':'x'}"), "a");
        talk = new Talk(1 << 20, 1 << 28);
        last = Talk.says(talk.asks("{'model':'m','input':'x'}"), "a");
        for (int i = 1; i < ResponseStore.DEEPEST; i++) {
            StoredResponse previous = talk.store.find(Talk.OWNER, id(last)).orElseThrow();
            ResponseIds ids = ResponseIds.random();
            byte[] json = Talk.json("{'id':'" + ids.response() + "','output':[]}").getBytes(StandardCharsets.UTF_8);
            talk.store.put(new StoredResponse(Talk.OWNER, ids.response(), json, null, Map.of(), previous));
            last = Talk.tree(json);
        }
        assertEquals("request_beyond_limit", refused("{'model':'m','input':'b','previous_response_id':'" + id(last)
                + "'}").code());
    }

    @Test
    void whatEachOfManyRequestsNamesIsNotReadAgainWithAllOfThem() {
        talk = new Talk(1000, 60_000);
        JsonNode first = Talk.answer(talk.asks("{'model':'m','input':'x'}"), "{'role':'assistant','content':'a',"
                + "'reasoning_content':'" + "x".repeat(20_000) + "'}", "stop");
        String item = first.at("/output/0/id").asText();
        ApiError refused = assertThrows(ApiError.class, () -> {
            String previous = id(first);
            for (int i = 0; i < 20; i++) {
                previous = id(Talk.says(talk.asks("{'model':'m','previous_response_id':'" + previous + "','input':["
                        + "{'type':'item_reference','id':'" + item + "'},{'role':'user','content':'x'}]}"), "a"));
            }
        });
        assertEquals("request_beyond_limit", refused.code());
    }

    @Test
    void anUpstreamTakesNoPlaceOfAResponseMadeHere() {
        JsonNode first = Talk.says(talk.asks("{'model':'m','input':'a'}"), "hi");
        talk.asks("{'model':'m','input':'b'}").asSent().answer(Talk.json("{'id':'" + id(first)
                + "','model':'up','output':[]}").getBytes(StandardCharsets.UTF_8), "m");
        assertEquals(first, Talk.tree(reader().response(Talk.OWNER, id(first))));
    }

    @Test
    void aResponseIsReadAndDeleted() {
        Translation asked = talk.asks("{'model':'m','input':'a'}");
        JsonNode answer = Talk.says(asked, "hi");
        assertEquals(answer, Talk.tree(reader().response(Talk.OWNER, id(answer))));
        JsonNode deleted = Talk.tree(reader().delete(Talk.OWNER, id(answer)));
        assertEquals(Talk.tree("{'id':'" + id(answer) + "','object':'response','deleted':true}"), deleted);
        ApiError gone = assertThrows(ApiError.class, () -> reader().response(Talk.OWNER, id(answer)));
        assertEquals(404, gone.status());
        assertTrue(gone.getMessage().contains(id(answer)));
        assertArrayEquals(new long[] {0}, new long[] {talk.store.bytes()});
    }

    @Test
    void theInputItemsOfAResponseAreListedPageByPage() throws Exception {
        JsonNode first = Talk.says(talk.asks("{'model':'m','input':'hello'}"), "hi");
        JsonNode second = Talk.says(talk.asks("{'model':'m','previous_response_id':'" + id(first)
                + "','input':[{'role':'user','content':'more'},{'id':'fc_1','type':'function_call','call_id':'c',"
                + "'name':'f','arguments':'{}'}]}"), "there");
        JsonNode list = inputItems(id(second));
        assertEquals(4, list.get("data").size());
        assertEquals("fc_1", list.get("first_id").asText());
        assertFalse(list.get("has_more").asBoolean());
        query.put("order", "asc");
        query.put("limit", "3");
        list = inputItems(id(second));
        assertEquals("hello", list.at("/data/0/content/0/text").asText());
        assertEquals("message", list.at("/data/0/type").asText());
        assertEquals("hi", list.at("/data/1/content/0/text").asText());
        assertTrue(list.get("has_more").asBoolean());
        query.put("after", list.get("last_id").asText());
        assertEquals("fc_1", inputItems(id(second)).at("/data/0/id").asText());
        assertEquals(4, ObjectMappers.jsonMapper().readValue(inputItems2(id(second)), ResponseItemList.class).validate()
                .data().size());
        query.put("limit", "0");
        assertEquals("limit", assertThrows(ApiError.class, () -> inputItems(id(second))).param());
    }

    private String inputItems2(String id) {
        query.clear();
        return inputItems(id).toString();
    }
}
