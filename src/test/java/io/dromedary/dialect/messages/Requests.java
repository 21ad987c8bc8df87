package io.dromedary.dialect.messages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.Translation;

/** Requests of the Messages API, written with single quotes. */
final class Requests {

    private static final ObjectMapper TREES = new ObjectMapper();

    private Requests() {
    }

    static DialectRequest request(byte[] body) {
        return new DialectRequest(body, "master", "0a1b-2c3d", Map.<String, String>of()::get, 1000, bytes -> { });
    }

    static Translation translation(String json) {
        return translation(json, false);
    }

    static Translation translation(String json, boolean keepsReasoning) {
        return new MessagesDialect(keepsReasoning).translate(request(bytes(json)));
    }

    /** The chat completion's request that becomes of it. */
    static JsonNode chat(String json) {
        return tree(translation(json).chat());
    }

    /** The chat messages that become of these messages, and of other fields at the top. */
    static JsonNode messages(String messages, String... fields) {
        return chat("{'model':'m','messages':[" + messages + "]" + (fields.length == 0 ? "" : ",")
                + String.join(",", fields) + "}").get("messages");
    }

    static JsonNode json(String json) {
        return tree(bytes(json));
    }

    static byte[] bytes(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    static JsonNode tree(byte[] json) {
        try {
            return TREES.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
