package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.Translation;

/** Whatever a client sends becomes a chat completion's request, or a 400. */
class ResponsesRequestFuzz {

    @FuzzTest(maxDuration = "6s")
    void aRequestIsTranslatedOrRefused(byte[] data) {
        Talk talk = new Talk();
        Translation asked;
        try {
            asked = talk.asks(Talk.OWNER, data);
        } catch (ApiError refused) {
            assertEquals(400, refused.status());
            return;
        }
        JsonNode chat = Talk.tree(asked.chat());
        assertTrue(chat.get("messages").size() > 0);
        String before = "";
        for (JsonNode message : chat.get("messages")) {
            String role = message.get("role").asText();
            assertTrue(role.equals("tool") ? before.equals("tool") || before.equals("assistant")
                    : !role.equals(before), before + " before " + role);
            before = role;
        }
        Talk.tree(asked.asSent().body("n").bytes());
        JsonNode answer = Talk.says(asked, "so");
        assertEquals("so", answer.at("/output/0/content/0/text").asText());
        WholeStream.assertWhole(Talk.events(Talk.stream(asked, Talk.delta("{'content':'so'}"), Talk.finish("stop"))));
    }
}
