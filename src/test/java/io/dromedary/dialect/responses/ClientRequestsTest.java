package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Translation;

/** Requests of the shape in which clients send them. The fuzz test begins with the same ones. */
class ClientRequestsTest {

    private static final Path SHAPES = Path.of("src/test/resources/io/dromedary/dialect/responses",
            "ResponsesRequestFuzzInputs", "aRequestIsTranslatedOrRefused");

    private final Talk talk = new Talk();

    private Translation asks(String name) throws IOException {
        return talk.asks(Talk.OWNER, Files.readAllBytes(SHAPES.resolve(name + ".json")));
    }

    private List<String> roles(String name) throws IOException {
        return Talk.tree(asks(name).chat()).get("messages").findValuesAsText("role");
    }

    private JsonNode messages(String name) throws IOException {
        return Talk.tree(asks(name).chat()).get("messages");
    }

    @Test
    void codexsFirstTurnIsOneSystemMessageAndOneOfTheUser() throws IOException {
        Translation asked = asks("codex-first-turn");
        JsonNode chat = Talk.tree(asked.chat());
        assertEquals(List.of("system", "user"), roles("codex-first-turn"));
        List<String> names = chat.get("tools").findValues("function").stream().map(tool -> tool.get("name").asText())
                .toList();
        assertTrue(names.containsAll(List.of("exec_command", "spawn_agent")), names.toString());
        assertEquals(List.of("tools.web_search"), List.copyOf(asked.dropped()));
        String sent = new String(asked.chat(), StandardCharsets.UTF_8);
        for (String never : List.of("client_metadata", "installation", "prompt_cache_key", "namespace", "store")) {
            assertFalse(sent.contains(never), never);
        }
    }

    @Test
    void codexsCallInANamespaceGoesBackAndItsNextOneComesWithTheNamespace() throws IOException {
        assertEquals(List.of("system", "user", "assistant", "tool"), roles("codex-namespace-call"));
        JsonNode answer = Talk.answer(asks("codex-namespace-call"), "{'tool_calls':[{'id':'1','function':{"
                + "'name':'wait_agent','arguments':'{}'}}]}", "tool_calls");
        assertEquals("multi_agent_v1", answer.at("/output/0/namespace").asText());
        assertEquals("wait_agent", answer.at("/output/0/name").asText());
    }

    @Test
    void codexsSchemaReasoningAndToolOutputAreTaken() throws IOException {
        assertEquals("codex_output_schema", Talk.tree(asks("codex-schema").chat())
                .at("/response_format/json_schema/name").asText());
        assertTrue(Talk.tree(asks("codex-schema").chat()).at("/response_format/json_schema/strict").asBoolean());
        assertEquals(List.of("system", "user", "assistant", "user", "assistant", "user"),
                roles("codex-reasoning-back"));
        assertEquals(List.of("system", "user", "assistant", "tool"), roles("codex-tool-output"));
    }

    @Test
    void theAiSdksRequestsAreTaken() throws IOException {
        assertEquals("image_url", messages("ai-sdk-openai-image").at("/0/content/1/type").asText());
        assertEquals("response", Talk.tree(asks("ai-sdk-openai-output-object").chat())
                .at("/response_format/json_schema/name").asText());
        assertEquals(List.of("user", "assistant", "tool"), roles("ai-sdk-openai-tool-step2"));
        assertTrue(Talk.tree(asks("ai-sdk-openai-stream").chat()).at("/stream_options/include_usage").asBoolean());
        ApiError lost = assertThrows(ApiError.class, () -> asks("ai-sdk-openai-second-turn-item-reference"));
        assertEquals("input[1]", lost.param());
    }

    @Test
    void otherClientsRequestsAreTaken() throws IOException {
        assertEquals(List.of("system", "user", "assistant", "tool"), roles("openai-agents-tool-step2"));
        assertEquals(List.of("user", "assistant", "tool"), roles("langchain-responses-tool-step2"));
        assertEquals(List.of("system", "user", "assistant", "user", "assistant", "user"),
                roles("opencode-openai-third-turn"));
        assertEquals("previous_response_id",
                assertThrows(ApiError.class, () -> asks("openai-agents-previous-response-id")).param());
    }
}
