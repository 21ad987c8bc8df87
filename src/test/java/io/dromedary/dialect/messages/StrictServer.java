package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

/** Takes a chat request only if the strictest of servers and of models' templates would. */
final class StrictServer {

    private StrictServer() {
    }

    static void requireServed(JsonNode chat) {
        String before = "";
        Set<String> calls = new LinkedHashSet<>();
        for (JsonNode message : chat.get("messages")) {
            String role = message.get("role").textValue();
            if (!role.equals("tool")) {
                assertEquals(Set.of(), calls, "calls without a result before " + message);
                assertFalse(role.equals(before), "two in a row: " + message);
            }
            switch (role) {
                case "system" -> {
                    assertEquals("", before, "not the first: " + message);
                    assertTrue(message.get("content").isTextual());
                    requireFields(message, "role", "content");
                }
                case "user" -> user(message);
                case "assistant" -> assistant(message, calls);
                case "tool" -> {
                    assertTrue(before.equals("assistant") || before.equals("tool"), "behind no call: " + message);
                    assertTrue(message.get("content").isTextual());
                    calls.remove(message.get("tool_call_id").textValue());
                    requireFields(message, "role", "content", "tool_call_id");
                }
                default -> throw new AssertionError(message.toString());
            }
            before = role;
        }
        assertEquals(Set.of(), calls, "calls without a result at the end");
        assertFalse(before.isEmpty(), "no message");
        tools(chat);
    }

    private static void user(JsonNode message) {
        requireFields(message, "role", "content");
        if (message.get("content").isTextual()) {
            return;
        }
        assertFalse(message.get("content").isEmpty());
        for (JsonNode part : message.get("content")) {
            if (part.get("type").textValue().equals("text")) {
                requireFields(part, "type", "text");
                assertTrue(part.get("text").isTextual());
            } else {
                requireFields(part, "type", "image_url");
                assertTrue(part.at("/image_url/url").isTextual());
            }
        }
    }

    private static void assistant(JsonNode message, Set<String> calls) {
        requireFields(message, "role", "content", "tool_calls");
        assertTrue(!message.get("content").textValue().isEmpty() || message.has("tool_calls"));
        for (JsonNode call : message.path("tool_calls")) {
            requireFields(call, "id", "type", "function");
            requireFields(call.get("function"), "name", "arguments");
            assertTrue(Requests.tree(bytes(call.at("/function/arguments"))).isObject());
            calls.add(call.get("id").textValue());
        }
    }

    private static byte[] bytes(JsonNode text) {
        return text.textValue().getBytes(StandardCharsets.UTF_8);
    }

    private static void tools(JsonNode chat) {
        assertTrue(chat.has("tools") || !chat.has("tool_choice") && !chat.has("parallel_tool_calls"));
        for (JsonNode tool : chat.path("tools")) {
            requireFields(tool, "type", "function");
            requireFields(tool.get("function"), "name", "description", "parameters", "strict");
            assertTrue(tool.at("/function/parameters").has("type"));
        }
    }

    private static void requireFields(JsonNode object, String... known) {
        object.fieldNames().forEachRemaining(name -> assertTrue(Set.of(known).contains(name), name + " in " + object));
    }
}
