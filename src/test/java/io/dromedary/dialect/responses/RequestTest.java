package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Translation;

/** What goes upstream of a request. */
class RequestTest {

    private final Talk talk = new Talk();

    private void says(String input, String messages) {
        assertEquals(Talk.tree(messages), talk.messages(input));
    }

    @Test
    void anIdOfAnyLengthIsNotReadAndNotToldAgain() {
        ApiError error = refused("{'model':'m','input':'a','previous_response_id':'" + "x".repeat(100_000) + "'}");
        assertEquals("string_above_max_length", error.code());
        assertTrue(error.getMessage().length() < 200, error.getMessage());
    }

    private ApiError refused(String request) {
        return assertThrows(ApiError.class, () -> talk.asks(request));
    }

    @Test
    void aStringIsOneMessageOfTheUser() {
        says("'hello'", "[{'role':'user','content':'hello'}]");
    }

    @Test
    void instructionsAndLeadingDeveloperMessagesAreOneSystemMessage() {
        JsonNode chat = talk.chat("{'model':'m','instructions':'be brief','input':[{'role':'developer','content':"
                + "[{'type':'input_text','text':'a'},{'type':'input_text','text':'b'}]},"
                + "{'role':'system','content':'c'},{'role':'user','content':'d'},{'role':'user','content':'e'}]}");
        assertEquals(Talk.tree("[{'role':'system','content':'be brief\\n\\na\\n\\nb\\n\\nc'},"
                + "{'role':'user','content':'d\\n\\ne'}]"), chat.get("messages"));
    }

    @Test
    void aLaterDeveloperMessageStaysWhereItWasSaid() {
        says("[{'role':'user','content':'a'},{'role':'developer','content':'now'},"
                + "{'role':'assistant','content':'b'},{'role':'developer','content':'then'},"
                + "{'role':'user','content':'c'}]",
                "[{'role':'user','content':'a\\n\\nnow'},{'role':'assistant','content':'b'},"
                + "{'role':'user','content':'then\\n\\nc'}]");
    }

    @Test
    void aDeveloperMessageBehindAToolsResultIsTextOfThatResult() {
        says("[{'role':'user','content':'a'},{'type':'function_call','call_id':'1','name':'f','arguments':'{}'},"
                + "{'role':'developer','content':'hurry'},"
                + "{'type':'function_call_output','call_id':'1','output':'r'},{'role':'developer','content':'more'}]",
                "[{'role':'user','content':'a'},{'role':'assistant','content':'','tool_calls':[{'id':'1',"
                + "'type':'function','function':{'name':'f','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'1','content':'r\\n\\nhurry\\n\\nmore'}]");
    }

    @Test
    void eachTurnOnlyAddsToTheMessagesOfTheTurnBefore() {
        String first = "{'role':'developer','content':'d'},{'role':'user','content':'a'},"
                + "{'type':'function_call','call_id':'1','name':'f','arguments':'{}'},"
                + "{'type':'function_call_output','call_id':'1','output':'r'},"
                + "{'role':'assistant','content':'b'}";
        String next = ",{'role':'developer','content':'x'},{'role':'user','content':'c'}";
        String before = new String(talk.asks("{'model':'m','input':[" + first + "]}").chat(), StandardCharsets.UTF_8);
        String after = new String(talk.asks("{'model':'m','input':[" + first + next + "]}").chat(),
                StandardCharsets.UTF_8);
        assertTrue(after.startsWith(before.substring(0, before.length() - 2)), after);
    }

    @Test
    void parallelCallsAreOneMessageAndTheirResultsFollowInTheirOrderWithTheUsersWordsBehind() {
        says("[{'role':'user','content':'go'},{'role':'assistant','content':[{'type':'output_text','text':'ok'}]},"
                + "{'type':'function_call','call_id':'1','name':'f','arguments':'{\\\"a\\\": 1}'},"
                + "{'role':'user','content':'wait'},"
                + "{'type':'function_call','call_id':'2','name':'g','arguments':'{}'},"
                + "{'type':'function_call_output','call_id':'2','output':'two'},"
                + "{'type':'function_call_output','call_id':'1','output':'one'}]",
                "[{'role':'user','content':'go'},{'role':'assistant','content':'ok','tool_calls':["
                + "{'id':'1','type':'function','function':{'name':'f','arguments':'{\\\"a\\\": 1}'}},"
                + "{'id':'2','type':'function','function':{'name':'g','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'2','content':'two'},"
                + "{'role':'tool','tool_call_id':'1','content':'one'},{'role':'user','content':'wait'}]");
    }

    @Test
    void callsOfDifferentTurnsAreNotJoined() {
        JsonNode messages = talk.messages("[{'role':'user','content':'go'},"
                + "{'type':'function_call','call_id':'1','name':'f','arguments':'{}'},"
                + "{'type':'function_call_output','call_id':'1','output':'one'},"
                + "{'type':'function_call','call_id':'2','name':'f','arguments':'{}'},"
                + "{'type':'function_call_output','call_id':'2','output':'two'}]");
        assertEquals(List.of("user", "assistant", "tool", "assistant", "tool"), messages.findValuesAsText("role"));
    }

    @Test
    void aCallWithoutAResultGetsOneAndAResultWithoutACallIsTheUsersText() {
        says("[{'role':'user','content':'go'},{'type':'function_call','call_id':'1','name':'f','arguments':''},"
                + "{'role':'user','content':'stop'},{'role':'assistant','content':'well'},"
                + "{'type':'function_call_output','call_id':'9','output':'late'}]",
                "[{'role':'user','content':'go'},{'role':'assistant','content':'','tool_calls':[{'id':'1',"
                + "'type':'function','function':{'name':'f','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'1','content':'[no result]'},{'role':'user','content':'stop'},"
                + "{'role':'assistant','content':'well'},{'role':'user','content':'Tool result:\\n\\nlate'}]");
    }

    @Test
    void whatSaysNothingIsNoMessage() {
        says("[{'role':'user','content':'a'},{'role':'assistant','content':''},{'role':'user','content':[]},"
                + "{'role':'user','content':'b'},{'role':'assistant','content':[]}]",
                "[{'role':'user','content':'a\\n\\nb'}]");
    }

    @Test
    void picturesInAToolsOutputStandInTheUsersMessageBehindAllResults() {
        says("[{'type':'function_call','call_id':'1','name':'f','arguments':'{}'},"
                + "{'type':'function_call','call_id':'2','name':'f','arguments':'{}'},"
                + "{'type':'function_call_output','call_id':'1','output':[{'type':'input_text','text':'seen'},"
                + "{'type':'input_image','image_url':'data:image/png;base64,AA==','detail':'high'}]},"
                + "{'type':'function_call_output','call_id':'2','output':'two'},"
                + "{'role':'user','content':'and?'}]",
                "[{'role':'assistant','content':'','tool_calls':["
                + "{'id':'1','type':'function','function':{'name':'f','arguments':'{}'}},"
                + "{'id':'2','type':'function','function':{'name':'f','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'1','content':'seen\\n[image]'},"
                + "{'role':'tool','tool_call_id':'2','content':'two'},{'role':'user','content':["
                + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AA==','detail':'high'}},"
                + "{'type':'text','text':'and?'}]}]");
    }

    @Test
    void anImageBecomesAnObjectAndKeepsTheDetailThatChatKnows() {
        says("[{'role':'user','content':[{'type':'input_image','image_url':'https://x.example/a.png',"
                + "'detail':'original'},{'type':'input_text','text':'look'}]}]",
                "[{'role':'user','content':[{'type':'image_url','image_url':{'url':'https://x.example/a.png'}},"
                + "{'type':'text','text':'look'}]}]");
    }

    @Test
    void aFileIsCarriedOrRefusedByItsPlace() {
        says("[{'role':'user','content':[{'type':'input_file','filename':'a.txt',"
                + "'file_data':'data:text/plain;base64,aGVsbG8='}]}]",
                "[{'role':'user','content':'a.txt:\\nhello'}]");
        says("[{'role':'user','content':[{'type':'input_file','filename':'a.pdf',"
                + "'file_data':'data:application/pdf;base64,AA=='}]}]",
                "[{'role':'user','content':[{'type':'file','file':{'filename':'a.pdf',"
                + "'file_data':'data:application/pdf;base64,AA=='}}]}]");
        ApiError error = refused("{'model':'m','input':['x']}");
        assertEquals("input[0]", error.param());
        error = refused("{'model':'m','input':[{'role':'user','content':['x',{'type':'input_file','file_id':'f'}]}]}");
        assertEquals(400, error.status());
        assertEquals("input[0].content[1]", error.param());
        error = refused("{'model':'m','input':[{'role':'user','content':[{'type':'input_image','file_id':'f'}]}]}");
        assertEquals("input[0].content[0]", error.param());
        error = refused("{'model':'m','input':[{'role':'assistant','content':"
                + "[{'type':'input_image','image_url':'data:,'}]}]}");
        assertEquals("input[0].content[0]", error.param());
    }

    @Test
    void textIsTextWhateverItsPartIsCalledAndARefusalToo() {
        says("[{'role':'user','content':[{'type':'output_text','text':'a'}]},{'type':'message','role':'assistant',"
                + "'content':[{'type':'input_text','text':'b'},{'type':'refusal','refusal':'no'}],'phase':'final'}]",
                "[{'role':'user','content':'a'},{'role':'assistant','content':'bno'}]");
    }

    @Test
    void unknownItemsAreToldAndDoNotFail() {
        Translation asked = talk.asks("{'model':'m','input':[{'type':'web_search_call','id':'w'},"
                + "{'type':'quantum_call'},{'type':'tool_search_call'},{'role':'user','content':[{'type':'smell'},"
                + "{'type':'text','text':'a'}]}],'moderation':{},'shoes':1}");
        assertEquals(List.of("input.web_search_call", "input.quantum_call", "input.smell", "moderation", "shoes"),
                List.copyOf(asked.dropped()));
        assertEquals(1, Talk.tree(asked.chat()).get("messages").size());
    }

    @Test
    void aTextFormatBecomesAResponseFormat() {
        JsonNode chat = talk.chat("{'model':'m','input':'a','text':{'format':{'type':'json_schema','name':'n',"
                + "'strict':null,'schema':{'type' : 'object'}}}}");
        assertEquals(Talk.tree("{'type':'json_schema','json_schema':{'name':'n','schema':{'type':'object'}}}"),
                chat.get("response_format"));
        chat = talk.chat("{'model':'m','input':'a','text':{'format':{'type':'json_schema','strict':true,"
                + "'description':'d','schema':{}}}}");
        assertEquals(Talk.tree("{'type':'json_schema','json_schema':{'name':'response','description':'d','schema':{},"
                + "'strict':true}}"), chat.get("response_format"));
        assertEquals("json_object", talk.chat("{'model':'m','input':'a','text':{'format':{'type':'json_object'}}}")
                .at("/response_format/type").asText());
        assertFalse(talk.chat("{'model':'m','input':'a','text':{}}").has("response_format"));
        assertEquals("text.format.schema",
                refused("{'model':'m','input':'a','text':{'format':{'type':'json_schema'}}}").param());
    }

    @Test
    void parametersHaveTheirNamesInChatAndAStreamAsksForUsage() {
        assertEquals(Talk.tree("{'model':'m','messages':[{'role':'user','content':'a'}],'stream':true,"
                + "'stream_options':{'include_usage':true},'max_tokens':7,'temperature':0.50,'top_p':1,"
                + "'reasoning_effort':'low','fallbacks':['b'],'num_retries':2}"),
                talk.chat("{'model':'m','input':'a','stream':true,'stream_options':{'include_obfuscation':false},"
                + "'max_output_tokens':7,'temperature':0.50,'top_p':1,'reasoning':{'effort':'low','summary':'auto'},"
                + "'fallbacks':['b'],'num_retries':2,'parallel_tool_calls':true,'tool_choice':'auto'}"));
        assertFalse(talk.chat("{'model':'m','input':'a','reasoning':{'summary':'auto'}}").has("reasoning_effort"));
    }

    @Test
    void whatNamesAPersonOrAMachineStaysHereAndWhatMattersIsTold() {
        Translation asked = talk.asks("{'model':'m','input':'a','client_metadata':{'x-installation':'id'},"
                + "'metadata':{'a':'b'},'user':'u','safety_identifier':'s','prompt_cache_key':'k','include':[],"
                + "'truncation':'auto','service_tier':'flex','max_tool_calls':3,'context_management':null,"
                + "'top_logprobs':0}");
        assertEquals(Talk.tree("{'model':'m','messages':[{'role':'user','content':'a'}]}"), Talk.tree(asked.chat()));
        assertEquals(List.of("truncation", "service_tier", "max_tool_calls"), List.copyOf(asked.dropped()));
    }

    @Test
    void whatTheGatewayCannotDoIsRefusedByName() {
        assertEquals("background", refused("{'model':'m','input':'a','background':true}").param());
        assertEquals("conversation", refused("{'model':'m','input':'a','conversation':'c'}").param());
        assertEquals("prompt", refused("{'model':'m','input':'a','prompt':{'id':'p'}}").param());
        assertEquals("input", refused("{'model':'m'}").param());
        assertEquals("input", refused("{'model':'m','input':[]}").param());
        assertEquals("input", refused("{'model':'m','input':3}").param());
        assertEquals("stream", refused("{'model':'m','input':'a','stream':1}").param());
        assertEquals("instructions", refused("{'model':'m','input':'a','instructions':[]}").param());
        assertEquals("input[0].role", refused("{'model':'m','input':[{'role':'king','content':'a'}]}").param());
        assertEquals("input[0]", refused("{'model':'m','input':[{'type':'compaction','encrypted_content':'x'}]}")
                .param());
        assertEquals("input[0].call_id", refused("{'model':'m','input':[{'type':'function_call','name':'f'}]}")
                .param());
        assertEquals("invalid_json", refused("{'model':'m','input'").code());
        assertEquals("invalid_json", refused("[]").code());
        assertNull(refused("").param());
    }

    @Test
    void instructionsAloneAreEnough() {
        assertEquals(Talk.tree("[{'role':'system','content':'go'}]"),
                talk.chat("{'model':'m','instructions':'go','input':[]}").get("messages"));
    }

    @Test
    void textsAndSchemasKeepTheirBytes() {
        String request = Talk.json("{'model':'m','input':'a\\u00e9\\/\\n','tools':[{'type':'function','name':'f',"
                + "'parameters':{ 'type':'object', 'x': 1.50 , 'cache_control':{'type':'x'}}}]}");
        String chat = new String(talk.asks(request).chat(), StandardCharsets.UTF_8);
        assertTrue(chat.contains("\"a\\u00e9\\/\\n\""), chat);
        assertTrue(chat.contains("{ \"type\":\"object\", \"x\": 1.50 , \"cache_control\":{\"type\":\"x\"}}"), chat);
    }
}
