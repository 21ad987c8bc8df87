package io.dromedary.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.client.ApiError;
import io.dromedary.model.Endpoint;

/** Whatever a client sends, it is a request or a 400; and what the gateway read in it, a JSON tree of it says too. */
class RequestReaderFuzz {

    private static final ObjectMapper TREES = new ObjectMapper();

    @FuzzTest(maxDuration = "6s")
    void aBodyIsReadAsAnUpstreamWouldReadItOrRefused(byte[] body) throws Exception {
        RequestFields fields;
        try {
            fields = RequestReader.read(body, Endpoint.CHAT, 1000, name -> null, bytes -> { });
        } catch (ApiError e) {
            assertEquals(400, e.status());
            assertTrue(new String(e.envelope(), StandardCharsets.UTF_8).startsWith("{\"error\":"));
            return;
        }
        JsonNode tree = TREES.readTree(fields.body());
        assertTrue(tree.isObject());
        assertEquals(tree.path("model").isTextual() ? tree.path("model").textValue() : "", fields.model().orElse(""));
        assertEquals(tree.path("stream").asBoolean(), fields.stream());
        assertEquals(SessionId.in(fields.body()), SessionId.in(fields.body(), fields.fields()));
        SessionId.in(fields.body()).ifPresent(session -> assertTrue(session.length() <= 255
                && session.chars().noneMatch(Character::isISOControl), session));
        assertEquals(AffinityKey.ofPrefix("a", "m", fields.body()),
                AffinityKey.ofPrefix("a", "m", fields.body(), fields.fields()));
    }
}
