package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.dialect.Translation;

/** Requests in the shapes in which Claude Code 2.1, AI SDK 6 and opencode 1.18 send them, in other words. */
class RecordedRequestsTest {

    private static byte[] recorded(String name) throws IOException {
        try (InputStream in = RecordedRequestsTest.class.getResourceAsStream(name + ".json")) {
            return in.readAllBytes();
        }
    }

    private static Translation translation(String name) throws IOException {
        return new MessagesDialect(false).translate(Requests.request(recorded(name)));
    }

    private static JsonNode chat(String name) throws IOException {
        return Requests.tree(translation(name).chat());
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude-code-compact", "claude-code-continue", "claude-code-count-tokens",
        "claude-code-image-in-tool-result", "claude-code-interactive", "claude-code-known-model-id",
        "claude-code-no-experimental-betas", "claude-code-print-hello", "claude-code-skill-text-after-tool-result",
        "claude-code-structured-output-retry", "claude-code-subagent", "claude-code-thinking-back",
        "claude-code-title", "claude-code-tool-error", "claude-code-tool-result", "claude-code-toolsearch-result",
        "claude-code-web-search", "ai-sdk-anthropic-generate", "ai-sdk-anthropic-object",
        "ai-sdk-anthropic-tool-step2", "opencode-anthropic-third-turn"})
    void aStrictServerTakesItAndNothingOfAPersonGoesThere(String name) throws IOException {
        JsonNode sent = Requests.tree(recorded(name));
        Translation translation = translation(name);
        JsonNode chat = Requests.tree(translation.chat());
        StrictServer.requireServed(chat);
        for (String secret : List.of("billing", "cache_control", "user-id-of-a-person", "/home/user\"", "anthropic-",
                "defer_loading", "safeguards", "context_management")) {
            assertFalse(chat.toString().contains(secret), secret + " in " + chat);
        }
        assertEquals(sent.get("model"), chat.get("model"));
        assertEquals(sent.get("max_tokens"), chat.get("max_tokens"));
        assertEquals(sent.path("stream").asBoolean(), chat.path("stream").asBoolean());
        JsonNode atTheUpstream = Requests.tree(translation.asSent().body("up").bytes());
        assertEquals("up", atTheUpstream.get("model").textValue());
        assertEquals(sent.get("messages"), atTheUpstream.get("messages"));
        assertFalse(atTheUpstream.toString().contains("user-id-of-a-person"));
        assertFalse(atTheUpstream.toString().contains("billing"));
    }

    @Test
    void claudeCodesSecondMessageIsPartOfTheFirst() throws IOException {
        JsonNode messages = chat("claude-code-interactive").get("messages");
        assertEquals(2, messages.size());
        assertEquals("You are Claude Code, Anthropic's official CLI for Claude.\n\n"
                + "You help with a house that has many rooms.", messages.get(0).get("content").textValue());
        assertEquals("<system-reminder>Today is a fine day. Use the tools.</system-reminder>\n\nhello\n\n"
                + "<system-reminder>\nYou help with a house that has many rooms.\n</system-reminder>",
                messages.get(1).get("content").textValue());
    }

    @Test
    void aPictureThatClaudeCodeReadIsSeen() throws IOException {
        JsonNode messages = chat("claude-code-image-in-tool-result").get("messages");
        assertEquals("[image]", messages.get(3).get("content").textValue());
        assertEquals("data:image/png;base64,iVBORw0KGgoAAAANSUhEUg==",
                messages.get(4).at("/content/0/image_url/url").textValue());
    }

    @Test
    void textBehindAResultFollowsIt() throws IOException {
        JsonNode messages = chat("claude-code-skill-text-after-tool-result").get("messages");
        assertEquals("Launching skill: update-config", messages.get(3).get("content").textValue());
        assertEquals("You help with a house that has many rooms.", messages.get(4).get("content").textValue());
    }

    @Test
    void aToolThatWasSearchedForIsThere() throws IOException {
        List<String> names = chat("claude-code-toolsearch-result").get("tools").findValuesAsText("name");
        assertTrue(names.contains("WebFetch"), names.toString());
        assertFalse(names.contains("DeferredToolPlaceholder"), names.toString());
    }

    @Test
    void aSearchOfTheWebIsAskedWithoutATool() throws IOException {
        assertFalse(chat("claude-code-web-search").has("tools"));
        assertTrue(translation("claude-code-web-search").dropped().contains("tools.web_search_20250305"));
    }

    @Test
    void aFailureOfAToolIsOne() throws IOException {
        assertEquals("Error: Exit code 1", chat("claude-code-tool-error").at("/messages/3/content").textValue());
    }

    @Test
    void aTitleHasItsSchema() throws IOException {
        assertEquals("object", chat("claude-code-title").at("/response_format/json_schema/schema/type").textValue());
    }

    @Test
    void anObjectOfTheAiSdkIsOneCall() throws IOException {
        JsonNode chat = chat("ai-sdk-anthropic-object");
        assertEquals("required", chat.get("tool_choice").textValue());
        assertFalse(chat.get("parallel_tool_calls").booleanValue());
    }

    @Test
    void bodiesThatAreSentOnKeepAllElse() throws IOException {
        String sent = new String(recorded("opencode-anthropic-third-turn"), StandardCharsets.UTF_8);
        assertEquals(sent.replace("\"model\":\"qwen3.5-local\"", "\"model\":\"up\""), new String(
                translation("opencode-anthropic-third-turn").asSent().body("up").bytes(), StandardCharsets.UTF_8));
    }
}
