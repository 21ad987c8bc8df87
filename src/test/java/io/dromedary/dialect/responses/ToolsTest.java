package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Translation;

/** Tools on their way upstream and their calls on the way back. */
class ToolsTest {

    private static final String F = "{'type':'function','name':'f','parameters':{'type':'object'}}";

    private final Talk talk = new Talk();

    private static String request(String tools, String more) {
        return "{'model':'m','input':'a','tools':[" + tools + "]" + more + "}";
    }

    private static JsonNode calls(Translation asked, String calls) {
        return Talk.answer(asked, "{'role':'assistant','content':null,'tool_calls':[" + calls + "]}", "tool_calls")
                .get("output");
    }

    private static String call(String name, String arguments) {
        return "{'id':'call_7','type':'function','function':{'name':'" + name + "','arguments':'" + arguments + "'}}";
    }

    @Test
    void aMixedListOfToolsIsServedAndWhatNobodyRunsIsTold() {
        Translation asked = talk.asks(request("{'type':'web_search','external_web_access':true},"
                + "{'type':'function','name':'f','description':'d','strict':true,'parameters':{'type':'object'}},"
                + "{'type':'function','name':'g','parameters':null,'strict':null},"
                + "{'type':'function','name':'h','parameters':{'properties':{}},'strict':false},"
                + "{'type':'namespace','name':'n','tools':[{'type':'function','name':'i','parameters':{}}]},"
                + "{'type':'hologram'},{'type':'mcp','server_label':'x'}", ",'tool_choice':'auto'"));
        assertEquals(Talk.tree("[{'type':'function','function':{'name':'f','description':'d',"
                + "'parameters':{'type':'object'},'strict':true}},"
                + "{'type':'function','function':{'name':'g','parameters':{'type':'object','properties':{}}}},"
                + "{'type':'function','function':{'name':'h','parameters':{'type':'object','properties':{}}}},"
                + "{'type':'function','function':{'name':'i','parameters':{'type':'object','properties':{}}}}]"),
                Talk.tree(asked.chat()).get("tools"));
        assertEquals(List.of("tools.web_search", "tools.hologram", "tools.mcp"), List.copyOf(asked.dropped()));
    }

    @Test
    void withoutAnyToolLeftThereIsNoChoiceEither() {
        JsonNode chat = talk.chat(request("{'type':'web_search'}", ",'tool_choice':'auto','parallel_tool_calls':true"));
        assertFalse(chat.has("tools"));
        assertFalse(chat.has("tool_choice"));
        assertFalse(chat.has("parallel_tool_calls"));
    }

    @Test
    void aNamespaceIsLaidFlatAndGivenBack() {
        Translation asked = talk.asks(request("{'type':'namespace','name':'a','tools':[" + F + "]},"
                + "{'type':'namespace','name':'b','tools':[" + F + "]}," + F, ""));
        JsonNode tools = Talk.tree(asked.chat()).get("tools");
        assertEquals("f", tools.at("/0/function/name").asText());
        assertEquals("b__f", tools.at("/1/function/name").asText());
        assertEquals("f_2", tools.at("/2/function/name").asText());
        JsonNode output = calls(asked, call("b__f", "{}"));
        assertEquals("f", output.at("/0/name").asText());
        assertEquals("b", output.at("/0/namespace").asText());
        output = calls(asked, call("f_2", "{}"));
        assertEquals("f", output.at("/0/name").asText());
        assertFalse(output.get(0).has("namespace"));
    }

    @Test
    void aCallOfANamespaceInTheHistoryHasTheNameThatChatKnows() {
        JsonNode chat = talk.chat("{'model':'m','input':[{'type':'function_call','call_id':'1','name':'f',"
                + "'namespace':'b','arguments':'{}'}],'tools':[" + F + ",{'type':'namespace','name':'b','tools':["
                + F + "]}]}");
        assertEquals("b__f", chat.at("/messages/0/tool_calls/0/function/name").asText());
    }

    @Test
    void aCustomToolIsAFunctionOfOneTextThatKnowsItsGrammar() {
        Translation asked = talk.asks(request("{'type':'custom','name':'apply_patch','description':'Patches.',"
                + "'format':{'type':'grammar','syntax':'lark','definition':'start: /x\\\\n/'}}",
                ",'tool_choice':{'type':'custom','name':'apply_patch'}"));
        JsonNode function = Talk.tree(asked.chat()).at("/tools/0/function");
        assertTrue(function.get("description").asText().startsWith("Patches.\n\n"));
        assertTrue(function.get("description").asText().endsWith("(lark):\nstart: /x\\n/"), function.toString());
        assertEquals("input", function.at("/parameters/required/0").asText());
        assertEquals("required", Talk.tree(asked.chat()).at("/tool_choice").asText());
    }

    @Test
    void aCallOfACustomToolComesBackWithItsTextUnpacked() {
        Translation asked = talk.asks(request("{'type':'custom','name':'p'}", ""));
        JsonNode item = calls(asked, call("p", "{\\\"input\\\":\\\"a\\\\nb\\\"}")).get(0);
        assertEquals("custom_tool_call", item.get("type").asText());
        assertEquals("a\nb", item.get("input").asText());
        assertEquals("call_7", item.get("call_id").asText());
        assertEquals("completed", item.get("status").asText());
        assertTrue(item.get("id").asText().startsWith("ctc_"));
        assertEquals("a", calls(asked, call("p", "{\\\"patch\\\":\\\"a\\\"}")).at("/0/input").asText());
        assertEquals("*** Begin", calls(asked, call("p", "*** Begin")).at("/0/input").asText());
        List<JsonNode> events = Talk.events(Talk.stream(asked, Talk.delta("{'tool_calls':[{'index':0,'id':'call_7',"
                + "'function':{'name':'p','arguments':'{\\\"inp'}}]}"), Talk.delta("{'tool_calls':[{'index':0,"
                + "'function':{'arguments':'ut\\\":\\\"x\\\"}'}}]}"), Talk.finish("tool_calls")));
        assertEquals(List.of("created", "in_progress", "output_item.added", "custom_tool_call_input.delta",
                "custom_tool_call_input.done", "output_item.done", "completed"), Talk.types(events));
        assertEquals("x", events.get(3).get("delta").asText());
        assertEquals("x", events.get(4).get("input").asText());
        assertEquals("x", events.get(5).at("/item/input").asText());
    }

    @Test
    void aCustomCallInTheHistoryGoesBackInOneArgument() {
        JsonNode messages = talk.messages("[{'type':'custom_tool_call','call_id':'1','name':'p','input':'a\\\"b\\nc'},"
                + "{'type':'custom_tool_call_output','call_id':'1','output':'ok'}]");
        assertEquals(Talk.tree("{'input':'a\\\"b\\nc'}"), Talk.tree(messages.at("/0/tool_calls/0/function/arguments")
                .asText().getBytes(StandardCharsets.UTF_8)));
        assertEquals("ok", messages.at("/1/content").asText());
    }

    @Test
    void callsOfBuiltInToolsStayReadable() {
        JsonNode messages = talk.messages("[{'type':'local_shell_call','call_id':'1','action':{'command':['ls']}},"
                + "{'type':'local_shell_call_output','call_id':'1','output':'a'},"
                + "{'type':'shell_call','call_id':'2','action':{'commands':['ls']}},"
                + "{'type':'shell_call_output','call_id':'2','output':[{'stdout':'b'}]}]");
        assertEquals("local_shell", messages.at("/0/tool_calls/0/function/name").asText());
        assertEquals("{\"command\":[\"ls\"]}", messages.at("/0/tool_calls/0/function/arguments").asText());
        assertEquals("[{\"stdout\":\"b\"}]", messages.at("/3/content").asText());
    }

    @Test
    void toolsThatWereLoadedLaterJoinTheList() {
        JsonNode chat = talk.chat("{'model':'m','input':[{'role':'user','content':'a'},{'type':'tool_search_call'},"
                + "{'type':'tool_search_output','tools':[" + F + "]}]}");
        assertEquals("f", chat.at("/tools/0/function/name").asText());
    }

    @Test
    void everyFormOfAChoiceHasItsCounterpart() {
        String g = ",{'type':'function','name':'g'}";
        assertEquals(Talk.tree("'required'"), talk.chat(request(F, ",'tool_choice':'required'")).get("tool_choice"));
        assertEquals(Talk.tree("'none'"), talk.chat(request(F, ",'tool_choice':{'type':'none'}")).get("tool_choice"));
        assertEquals(Talk.tree("'required'"), talk.chat(request(F, ",'tool_choice':{'type':'any'}"))
                .get("tool_choice"));
        JsonNode named = talk.chat(request(F + g, ",'tool_choice':{'type':'function','name':'f'}"));
        assertEquals(List.of("f"), named.get("tools").findValuesAsText("name"));
        assertEquals("required", named.get("tool_choice").asText());
        JsonNode chat = talk.chat(request(F + g, ",'tool_choice':{'type':'allowed_tools','mode':'required',"
                + "'tools':[{'type':'function','name':'g'},{'type':'web_search'}]}"));
        assertEquals(1, chat.get("tools").size());
        assertEquals("g", chat.at("/tools/0/function/name").asText());
        assertEquals("required", chat.get("tool_choice").asText());
        for (String bad : List.of("'sometimes'", "{'type':'web_search'}", "{'type':'function','name':'x'}",
                "{'type':'function'}", "3")) {
            ApiError error = assertThrows(ApiError.class, () -> talk.asks(request(F, ",'tool_choice':" + bad)), bad);
            assertTrue(error.param().startsWith("tool_choice"), bad);
        }
    }

    @Test
    void aToolWithoutANameIsRefusedByItsPlace() {
        assertEquals("tools[1].name", assertThrows(ApiError.class,
                () -> talk.asks(request(F + ",{'type':'function','name':''}", ""))).param());
        assertEquals("tools", assertThrows(ApiError.class,
                () -> talk.asks("{'model':'m','input':'a','tools':{}}")).param());
    }
}
