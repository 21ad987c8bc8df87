package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Translation;

/** What becomes of a request's fields and tools. */
class FieldsTest {

    private static final String HI = "'messages':[{'role':'user','content':'hi'}]";
    private static final String TOOL =
            "{'name':'look','description':'Looks','input_schema':{'type':'object','properties':{}}}";
    private static final String AS_FUNCTION = "{'type':'function','function':{'name':'look','description':'Looks',"
            + "'parameters':{'type':'object','properties':{}}}}";

    private static JsonNode chat(String fields) {
        return Requests.chat("{" + HI + "," + fields + "}");
    }

    private static List<String> dropped(String fields) {
        return List.copyOf(Requests.translation("{" + HI + "," + fields + "}").dropped());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "'model':'a/b'                         | 'model':'a/b'",
        "'max_tokens':32000                    | 'max_tokens':32000",
        "'max_tokens':null                     |",
        "'temperature':0.70,'top_p':1,'top_k':5 | 'temperature':0.70,'top_p':1,'top_k':5",
        "'stream':true                         | 'stream':true,'stream_options':{'include_usage':true}",
        "'stream':false                        | 'stream':false",
        "'stop_sequences':['a','','\\n']       | 'stop':['a','\\n']",
        "'stop_sequences':['']                 |",
        "'fallbacks':['x'],'timeout':5         | 'fallbacks':['x'],'timeout':5",
        "'tools':[]                            |",
        "'tools':[],'tool_choice':{'type':'auto'} |",
        "'metadata':{'user_id':'person'}       |",
        "'output_format':{'type':'json_schema','schema':{'type':'object'}} | 'response_format':{'type':'json_schema',"
                + "'json_schema':{'name':'output','schema':{'type':'object'}}}",
        "'output_config':{'format':{'schema':{'type':'object','required':['a']},'type':'json_schema'}} | "
                + "'response_format':{'type':'json_schema','json_schema':{'name':'output','schema':"
                + "{'type':'object','required':['a']}}}",
    })
    void fieldsBecomeThoseOfChat(String fields, String expected) {
        String messages = "{'messages':[{'role':'user','content':'hi'}]" + (expected == null ? "" : "," + expected)
                + "}";
        assertEquals(messages.replace('\'', '"'), new String(Requests.translation("{" + HI + "," + fields + "}").chat(),
                StandardCharsets.UTF_8));
    }

    @Test
    void whatNoUpstreamSeesIsToldUnlessItNamesAPerson() {
        String fields = "'metadata':{'user_id':'person'},'safeguards':[{'live_cwd':'/home/person'}],"
                + "'client_metadata':{'device':'d'},'context_management':{'edits':[]},'thinking':{'type':'adaptive'},"
                + "'output_config':{'effort':'high'},'mcp_servers':[{'url':'u'}],'novelty':1,'service_tier':'auto'";
        assertEquals(List.of("output_config.effort", "safeguards", "client_metadata", "context_management", "thinking",
                "mcp_servers", "novelty", "service_tier"), dropped(fields));
        assertEquals(1, chat(fields).size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "'max_tokens':0                  | max_tokens",
        "'max_tokens':-1                 | max_tokens",
        "'max_tokens':'5'                | max_tokens",
        "'stop_sequences':'a'            | stop_sequences",
        "'stop_sequences':[1]            | stop_sequences",
        "'system':7                      | system",
        "'tools':{}                      | tools",
        "'tools':[7]                     | tools.0",
        "'tools':[{'name':''}]           | tools.0.name",
        "'tools':[{'name':'a','input_schema':'s'}] | tools.0.input_schema",
        "'tool_choice':'auto'            | tool_choice",
        "'tool_choice':{'type':'x'}      | tool_choice.type",
        "'tool_choice':{'type':'tool'}   | tool_choice.name",
        "'output_config':7               | output_config",
    })
    void aWrongFieldIsRefusedByName(String fields, String name) {
        ApiError error = assertThrows(ApiError.class, () -> chat(fields));
        assertEquals(400, error.status());
        assertEquals(name, error.param());
    }

    @Test
    void aToolIsAFunctionWithNothingElse() {
        JsonNode tools = chat("'tools':[" + TOOL + ",{'type':'custom','name':'two','cache_control':{'ttl':'1h'},"
                + "'eager_input_streaming':true,'input_examples':[{}],'allowed_callers':['direct'],'strict':true,"
                + "'input_schema':{'properties':{'cache_control':{'type':'string'},'type':{'type':'integer'}}}},"
                + "{'name':'three','input_schema':{}},{'name':'four'}]").get("tools");
        assertEquals(Requests.json("[" + AS_FUNCTION + ",{'type':'function','function':{'name':'two','parameters':"
                + "{'type':'object','properties':{'cache_control':{'type':'string'},'type':{'type':'integer'}}},"
                + "'strict':true}},{'type':'function','function':{'name':'three','parameters':{'type':'object'}}},"
                + "{'type':'function','function':{'name':'four','parameters':{'type':'object','properties':{}}}}]")
                .toPrettyString(), tools.toPrettyString());
    }

    @Test
    void aNameOfAnyLengthStaysAsItIs() {
        String name = "mcp__" + "server.".repeat(20) + "tool";
        JsonNode chat = chat("'tools':[{'name':'" + name + "','input_schema':{}}],"
                + "'tool_choice':{'type':'tool','name':'" + name + "'}");
        assertEquals(name, chat.at("/tools/0/function/name").textValue());
        assertEquals("required", chat.get("tool_choice").textValue());
    }

    @Test
    void toolsOfAnthropicsOwnAreLeftOutAndToldAndNoChoiceIsLeft() {
        String fields = "'tools':[{'type':'web_search_20250305','name':'web_search','max_uses':8}],"
                + "'tool_choice':{'type':'auto'}";
        assertEquals(List.of("tools.web_search_20250305"), dropped(fields));
        assertEquals(1, chat(fields).size());
        JsonNode both = chat("'tools':[{'type':'bash_20250124','name':'bash'}," + TOOL
                + "],'tool_choice':{'type':'auto'}");
        assertEquals(1, both.get("tools").size());
        assertEquals("auto", both.get("tool_choice").textValue());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "{'type':'auto'}                                    | 'auto' |",
        "{'type':'any','disable_parallel_tool_use':true}    | 'required' | false",
        "{'disable_parallel_tool_use':false,'type':'none'}  | 'none' |",
        "{'type':'tool','name':'look'}                      | 'required' |",
        "{'type':'tool','name':'nobody'} | {'type':'function','function':{'name':'nobody'}} |",
    })
    void theChoiceOfAToolIsTold(String choice, String expected, String parallel) {
        JsonNode chat = chat("'tools':[" + TOOL + "],'tool_choice':" + choice);
        assertEquals(Requests.json(expected), chat.get("tool_choice"));
        assertEquals(parallel, chat.path("parallel_tool_calls").isMissingNode() ? null
                : chat.get("parallel_tool_calls").toString());
    }

    @Test
    void aToolThatMustBeCalledGoesAlone() {
        JsonNode chat = chat("'tools':[{'name':'first','input_schema':{}}," + TOOL + "],"
                + "'tool_choice':{'type':'tool','name':'look'}");
        assertEquals(List.of("look"), chat.get("tools").findValuesAsText("name"));
        assertEquals("required", chat.get("tool_choice").textValue());
    }

    @Test
    void aToolThatIsLoadedLaterGoesUpstreamOnceTheConversationNamesIt() {
        String tools = "'tools':[{'name':'DeferredToolPlaceholder','input_schema':{},'defer_loading':true},"
                + "{'name':'WebFetch','input_schema':{},'defer_loading':true},"
                + "{'name':'Used','input_schema':{},'defer_loading':true}]";
        assertFalse(chat(tools).has("tools"));
        JsonNode chat = Requests.chat("{'messages':[{'role':'assistant','content':["
                + "{'type':'tool_use','id':'c1','name':'ToolSearch','input':{}},"
                + "{'type':'tool_use','id':'c2','name':'Used','input':{}}]},"
                + "{'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','content':["
                + "{'type':'tool_reference','tool_name':'WebFetch'}]}]}]," + tools + "}");
        assertEquals(List.of("WebFetch", "Used"), chat.get("tools").findValuesAsText("name"));
        assertEquals("Tool WebFetch is available now.", chat.at("/messages/1/content").textValue());
        assertFalse(chat.toString().contains("defer_loading"));
        assertEquals(List.of("WebFetch"), chat(tools + ",'tool_choice':{'type':'tool','name':'WebFetch'}")
                .get("tools").findValuesAsText("name"));
    }

    @Test
    void textsAndSchemasKeepTheirBytes() {
        String schema = "{ \"type\" : \"object\",\n \"x\" : 1.0e+2, \"a\" : \"\\u00e9\\/\" }";
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e4\\/\u00e4\"}],\"tools\":[{\"name\":"
                + "\"look\",\"input_schema\":" + schema + "}]}";
        Translation translation = new MessagesDialect(false).translate(
                Requests.request(body.getBytes(StandardCharsets.UTF_8)));
        String chat = new String(translation.chat(), StandardCharsets.UTF_8);
        assertTrue(chat.contains("\"\\u00e4\\/\u00e4\""), chat);
        assertTrue(chat.contains(schema), chat);
    }

    @Test
    void whatIsNoRequestIsRefused() {
        for (String body : new String[] {"", "[]", "{", "{\"messages\":[{]}", "{\"messages\":[],\"messages\":[]}"}) {
            assertEquals(400, assertThrows(ApiError.class, () -> new MessagesDialect(false)
                    .translate(Requests.request(body.getBytes(StandardCharsets.UTF_8)))).status());
        }
    }
}
