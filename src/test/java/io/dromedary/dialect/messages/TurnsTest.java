package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;

/** The messages of a conversation in the order and form that every chat server takes. */
class TurnsTest {

    private static final String CALL = "{'role':'assistant','content':[{'type':'tool_use','id':'c1','name':'look',"
            + "'input':{'b':1,'a':2.50}}]}";
    private static final String CALL_AS_CHAT = "{'role':'assistant','content':'','tool_calls':[{'id':'c1',"
            + "'type':'function','function':{'name':'look','arguments':'{\\'b\\':1,\\'a\\':2.50}'}}]}";

    private static void assertMessages(String expected, String messages, String... fields) {
        assertEquals(Requests.json("[" + expected + "]").toPrettyString(),
                Requests.messages(messages, fields).toPrettyString());
    }

    private static String result(String content) {
        return "{'type':'tool_result','tool_use_id':'c1','content':" + content + "}";
    }

    private static String user(String blocks) {
        return "{'role':'user','content':[" + blocks + "]}";
    }

    private static String tool(String text) {
        return "{'role':'tool','tool_call_id':'c1','content':'" + text + "'}";
    }

    @Test
    void aTextIsAUserMessageAndBlocksOfTextAreOneText() {
        assertMessages("{'role':'user','content':'a\\u00e9\\n'}", "{'role':'user','content':'a\\u00e9\\n'}");
        assertMessages("{'role':'user','content':'a\\n\\nb'}", user("{'type':'text','text':'a'},"
                + "{'type':'text','text':''},{'text':'b','type':'text'}"));
    }

    @Test
    void resultsComeFirstAndAdjacentToTheirCallsWhereverTheTextStands() {
        String expected = CALL_AS_CHAT + "," + tool("3 C") + ",{'role':'user','content':'before\\n\\nafter'}";
        assertMessages(expected, CALL + "," + user("{'type':'text','text':'before'}," + result("'3 C'")
                + ",{'type':'text','text':'after'}"));
        assertMessages(expected, CALL + "," + user(result("[{'type':'text','text':'3 C'}]")
                + ",{'type':'text','text':'before'},{'type':'text','text':'after'}"));
    }

    @Test
    void resultsInSeveralUserMessagesAreOneRun() {
        String two = "{'role':'assistant','content':[{'type':'text','text':'I look.'},"
                + "{'type':'tool_use','id':'c1','name':'look','input':{}},"
                + "{'type':'tool_use','id':'c2','name':'look'},{'type':'text','text':' Twice.'}]}";
        assertMessages("{'role':'assistant','content':'I look. Twice.','tool_calls':["
                + "{'id':'c1','type':'function','function':{'name':'look','arguments':'{}'}},"
                + "{'id':'c2','type':'function','function':{'name':'look','arguments':'{}'}}]},"
                + "{'role':'tool','tool_call_id':'c2','content':''},{'role':'tool','tool_call_id':'c1','content':'x'},"
                + "{'role':'user','content':'go on'}",
                two + "," + user("{'type':'tool_result','tool_use_id':'c2'}") + ","
                + user("{'type':'text','text':'go on'}," + result("'x'")));
    }

    @Test
    void aFailureIsMarkedUnlessTheTextSaysSo() {
        String failed = "{'type':'tool_result','tool_use_id':'c1','is_error':true,'content':";
        assertEquals("Error: no such file",
                toolText(failed + "'no such file'}"));
        assertEquals("Error: no", toolText(failed + "'Error: no'}"));
        assertEquals("<tool_use_error>no</tool_use_error>",
                toolText(failed + "[{'type':'text','text':'<tool_use_error>no</tool_use_error>'}]}"));
        assertEquals("Error: no output", toolText(failed + "[]}"));
        assertEquals("Error: [image]", toolText(failed + "[" + image("url", "'url':'http://h/i'") + "]}"));
    }

    private static String toolText(String block) {
        return Requests.messages(CALL + "," + user(block)).get(1).get("content").textValue();
    }

    private static String image(String type, String source) {
        return "{'type':'image','source':{" + source + ",'type':'" + type + "'}}";
    }

    @Test
    void picturesInResultsFollowAllResults() {
        String both = "{'role':'assistant','content':[{'type':'tool_use','id':'c1','name':'look','input':{}},"
                + "{'type':'tool_use','id':'c2','name':'look','input':{}}]}";
        JsonNode messages = Requests.messages(both + "," + user(result("[{'type':'text','text':'seen'},"
                + image("base64", "'data':'AAAA','media_type':'image/png'") + "]")
                + ",{'type':'tool_result','tool_use_id':'c2','content':[" + image("url", "'url':'http://h/1'") + ","
                + image("url", "'url':'http://h/2'") + "]},{'type':'text','text':'what is it?'}"));
        assertEquals("seen\n[image]", messages.get(1).get("content").textValue());
        assertEquals("[2 images]", messages.get(2).get("content").textValue());
        assertEquals(Requests.json("{'role':'user','content':["
                + "{'type':'image_url','image_url':{'url':'data:image/png;base64,AAAA'}},"
                + "{'type':'image_url','image_url':{'url':'http://h/1'}},"
                + "{'type':'image_url','image_url':{'url':'http://h/2'}},"
                + "{'type':'text','text':'what is it?'}]}"), messages.get(3));
        assertEquals(4, messages.size());
    }

    @Test
    void picturesOfTheUserStandAmongTheTexts() {
        assertMessages("{'role':'user','content':[{'type':'text','text':'a'},"
                + "{'type':'image_url','image_url':{'url':'data:image/jpeg;base64,QUJD'}},"
                + "{'type':'text','text':'b'}]}",
                user("{'type':'text','text':'a'}," + image("base64", "'media_type':'image/jpeg','data':'QUJD'")
                + ",{'type':'text','text':'b'}"));
    }

    @Test
    void whatAUserAttachedIsRefusedByNameWhereChatCannotCarryIt() {
        assertRefused("messages.0.content.0.source", user(
                "{'type':'document','source':{'type':'base64','media_type':'application/pdf','data':'AA'}}"));
        assertRefused("messages.1.content.0.content.1.source", CALL + "," + user(result("[{'type':'text','text':'a'},"
                + "{'type':'document','source':{'type':'url','url':'http://h/a.pdf'}}]")));
        assertRefused("messages.0.content.1.source.type", user("{'type':'text','text':'a'},"
                + image("file", "'file_id':'f'")));
    }

    private static void assertRefused(String path, String messages) {
        ApiError error = assertThrows(ApiError.class, () -> Requests.messages(messages));
        assertEquals(400, error.status());
        assertEquals(path, error.param());
        assertTrue(error.getMessage().startsWith(path + ": "), error.getMessage());
    }

    @Test
    void textOfDocumentsAndSearchResultsIsInlined() {
        assertMessages("{'role':'user','content':'Document: T\\nContext: C\\nall of it\\n\\nDocument: U\\n1\\n2\\n\\n"
                + "Search result: S\\nSource: http://s\\nfound\\n\\nSum up'}",
                user("{'type':'document','title':'T','context':'C','source':{'type':'text','media_type':'text/plain',"
                + "'data':'all of it'},'citations':{'enabled':true}},"
                + "{'type':'document','title':'U','source':{'type':'content','content':[{'type':'text','text':'1'},"
                + "{'type':'text','text':'2'}]}},"
                + "{'type':'search_result','source':'http://s','title':'S','content':[{'type':'text','text':'found'}]},"
                + "{'type':'text','text':'Sum up'}"));
    }

    @Test
    void aSystemMessageBeforeAllOthersJoinsTheSystemPrompt() {
        assertMessages("{'role':'system','content':'S\\n\\nT\\n\\nU'},{'role':'user','content':'hi'}",
                "{'role':'system','content':'U'},{'role':'user','content':'hi'}",
                "'system':[{'type':'text','text':'x-anthropic-billing-header: cc_version=1.2; cch=0815;'},"
                + "{'type':'text','text':'S','cache_control':{'type':'ephemeral','ttl':'1h'}},"
                + "{'type':'text','text':''},{'type':'text','text':'T'}]");
    }

    @Test
    void theBillIsNoSystemPrompt() {
        assertMessages("{'role':'user','content':'hi'}", "{'role':'user','content':'hi'}",
                "'system':[{'type':'text','text':'x-anthropic-billing-header: cc_version=1.2;'}]");
        assertMessages("{'role':'user','content':'hi'}", "{'role':'user','content':'hi'}",
                "'system':'x-anthropic-billing-header: cc_version=1.2;'");
    }

    @Test
    void aSystemMessageAmongTheOthersIsTextOfTheUserInItsPlace() {
        assertMessages("{'role':'user','content':'hi\\n\\n<system-reminder>\\nbe brief\\n\\nplease\\n"
                + "</system-reminder>'},{'role':'assistant','content':'ok'},"
                + "{'role':'user','content':'<system-reminder>\\nnow\\n</system-reminder>\\n\\nnext'}",
                "{'role':'user','content':'hi'},"
                + "{'role':'system','content':[{'type':'text','text':'be brief'},{'type':'text','text':'please'}]},"
                + "{'role':'assistant','content':'ok'},{'role':'system','content':'now'},"
                + "{'role':'user','content':'next'}");
    }

    @Test
    void aSystemMessageBehindResultsIsInTheLastOfThemAndBeginsNoTurn() {
        assertMessages(CALL_AS_CHAT + "," + tool("3 C\\n\\n<system-reminder>\\nnow\\n</system-reminder>"),
                CALL + "," + user(result("'3 C'")) + ",{'role':'system','content':'now'}");
    }

    @Test
    void aSystemMessageBetweenCallsAndResultsMovesBehindThem() {
        String now = ",{'role':'system','content':'now'},";
        assertMessages(CALL_AS_CHAT + "," + tool("3 C\\n\\n<system-reminder>\\nnow\\n</system-reminder>"),
                CALL + now + user(result("'3 C'")));
        assertMessages(CALL_AS_CHAT + "," + tool("3 C")
                + ",{'role':'user','content':'go on\\n\\n<system-reminder>\\nnow\\n</system-reminder>'}",
                CALL + now + user(result("'3 C'") + ",{'type':'text','text':'go on'}"));
        assertMessages(CALL_AS_CHAT + "," + tool("[no result]")
                + ",{'role':'user','content':'<system-reminder>\\nnow\\n</system-reminder>'}",
                CALL + now.substring(0, now.length() - 1));
    }

    /** A server that keeps the beginning of a prompt in its cache reads each turn's new messages only. */
    @Test
    void eachRequestOfAConversationIsAnExtensionOfTheOneBefore() {
        String[] turns = {
            user("{'type':'text','text':'<system-reminder>ctx</system-reminder>'},{'type':'text','text':'do it'}")
                    + ",{'role':'system','content':'S1'}",
            CALL + "," + user(result("'one'")) + ",{'role':'system','content':[{'type':'text','text':'S2'}]}",
            CALL.replace("c1", "c2") + ",{'role':'system','content':'S3'},"
                    + user("{'type':'tool_result','tool_use_id':'c2','content':[" + image("url", "'url':'http://h'")
                    + "]},{'type':'text','text':'and?'}"),
            "{'role':'assistant','content':[{'type':'thinking','thinking':'hm','signature':''}]},"
                    + "{'role':'assistant','content':[{'type':'text','text':'done'}]},"
                    + "{'role':'system','content':'S4'},{'role':'user','content':'thanks'}",
        };
        String all = "";
        String before = "";
        for (String turn : turns) {
            all += (all.isEmpty() ? "" : ",") + turn;
            String chat = new String(Requests.translation("{'messages':[" + all + "],'system':'S'}").chat(),
                    StandardCharsets.UTF_8);
            String messages = chat.substring(0, chat.lastIndexOf("]"));
            assertTrue(messages.startsWith(before), messages);
            before = messages;
        }
        assertEquals(1, before.split("'role':'system'".replace('\'', '"'), -1).length - 1);
    }

    @Test
    void aCallWithoutAResultGetsOneAndAResultWithoutACallIsText() {
        assertMessages(CALL_AS_CHAT + "," + tool("[no result]") + ",{'role':'user','content':'stop'}",
                CALL + "," + user("{'type':'text','text':'stop'}"));
        assertMessages(CALL_AS_CHAT + "," + tool("[no result]"), CALL);
        assertMessages("{'role':'user','content':'Tool result: 3 C\\n\\nso?'}",
                user(result("'3 C'") + ",{'type':'text','text':'so?'}"));
    }

    @Test
    void emptyMessagesAreLeftOutAndNeighboursOfOneRoleAreOne() {
        assertMessages("{'role':'user','content':'a\\n\\nb'},{'role':'assistant','content':'cd'}",
                "{'role':'user','content':'a'},{'role':'assistant','content':[{'type':'text','text':''}]},"
                + "{'role':'assistant','content':null},{'role':'assistant','content':[]},{'role':'ctx','content':'b'},"
                + "{'role':'assistant','content':'c'},{'role':'assistant','content':[{'type':'text','text':'d'}]}");
    }

    @Test
    void aConversationOfAnotherModelIsTakenOver() {
        JsonNode messages = Requests.messages("{'role':'user','content':'q'},{'role':'assistant','content':["
                + "{'type':'thinking','thinking':'secret','signature':'EqQBCkYIBxgC'},"
                + "{'type':'redacted_thinking','data':'xx'},"
                + "{'type':'server_tool_use','id':'srvtoolu_1','name':'web_search','input':{'query':'q'}},"
                + "{'type':'web_search_tool_result','tool_use_id':'srvtoolu_1','content':[]},"
                + "{'type':'text','text':'Found.','citations':[{'type':'x'}]},"
                + "{'type':'tool_use','id':'toolu_01A','name':'Bash','input':{'cache_control':'kept'}}]},"
                + user("{'type':'tool_result','tool_use_id':'toolu_01A','content':'ok','cache_control':{}}"));
        assertEquals("[{'role':'user','content':'q'},{'role':'assistant','content':'Found.','tool_calls':"
                .replace('\'', '"') + "[{\"id\":\"toolu_01A\",\"type\":\"function\",\"function\":{\"name\":\"Bash\","
                + "\"arguments\":\"{\\\"cache_control\\\":\\\"kept\\\"}\"}}]},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"toolu_01A\",\"content\":\"ok\"}]", messages.toString());
    }

    @Test
    void idsOfCallsGoBackAsTheyWere() {
        JsonNode messages = Requests.messages(CALL.replace("c1", "functions.Bash:0") + ","
                + user(result("'x'").replace("c1", "functions.Bash:0")));
        assertEquals("functions.Bash:0", messages.get(0).get("tool_calls").get(0).get("id").textValue());
        assertEquals("functions.Bash:0", messages.get(1).get("tool_call_id").textValue());
    }

    @Test
    void thinkingOfTheSameModelGoesBackWhereTheSettingSaysSo() {
        String conversation = "{'model':'m','messages':[{'role':'user','content':'q'},{'role':'assistant','content':["
                + "{'type':'thinking','thinking':'hm','signature':'" + ThinkingMark.of("m") + "'},"
                + "{'type':'thinking','thinking':'not ours','signature':'EqQBCkYIBxgC'},"
                + "{'type':'thinking','thinking':'another model','signature':'" + ThinkingMark.of("n") + "'},"
                + "{'type':'text','text':'A'}]}," + CALL + "," + user(result("'x'")) + ","
                + CALL.replace("c1", "c2") + "," + user(result("'x'").replace("c1", "c2")) + "]}";
        JsonNode kept = Requests.tree(Requests.translation(conversation, true).chat()).get("messages");
        assertEquals("hm", kept.get(1).get("reasoning_content").textValue());
        assertEquals("", kept.get(3).get("reasoning_content").textValue());
        JsonNode left = Requests.tree(Requests.translation(conversation).chat()).get("messages");
        assertFalse(left.toString().contains("reasoning"));
    }

    @Test
    void whatIsUnknownIsToldAndItsTextIsKept() {
        var translation = Requests.translation("{'messages':[" + user("{'type':'novelty','text':'kept'},"
                + "{'type':'container_upload','file_id':'f'},{'type':'text','text':'','cache_control':{}}") + "]}");
        assertEquals("kept", Requests.tree(translation.chat()).get("messages").get(0).get("content").textValue());
        assertEquals("[messages.content.container_upload, cache_control]", translation.dropped().toString());
    }

    @Test
    void whatIsWrongIsRefusedWithItsPlace() {
        assertRefused("messages.1", "{'role':'user','content':'a'},7");
        assertRefused("messages.0.role", "{'role':'tool','content':'a'}");
        assertRefused("messages.0.content", "{'role':'user','content':7}");
        assertRefused("messages.0.content.1", user("{'type':'text','text':'a'},'b'"));
        assertRefused("messages.0.content.0.tool_use_id", user("{'type':'tool_result'}"));
        assertRefused("messages.0.content.0.id", "{'role':'assistant','content':[{'type':'tool_use'}]}");
        assertRefused("messages.0.content.0.input",
                "{'role':'assistant','content':[{'type':'tool_use','id':'a','name':'b','input':'c'}]}");
        for (String empty : new String[] {"'messages':[]", "'messages':[{'role':'user','content':''}]", "'m':1"}) {
            assertEquals("messages", assertThrows(ApiError.class, () -> Requests.chat("{" + empty + "}")).param());
        }
    }
}
