package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.client.ApiError;
import io.dromedary.client.Ending;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Translation;

/**
 * Whatever a client or an upstream sends: a request becomes a chat completion's or a 400, an answer becomes a response
 * or a failure, and a stream's events fit each other.
 */
class ResponsesFuzz {

    private static final String FINISHED = "response.completed response.incomplete response.failed";

    @FuzzTest(maxDuration = "20s")
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
        Talk.tree(asked.asSent().body("n"));
        JsonNode answer = Talk.says(asked, "so");
        assertEquals("so", answer.at("/output/0/content/0/text").asText());
        assertWhole(Talk.events(Talk.stream(asked, Talk.delta("{'content':'so'}"), Talk.finish("stop"))));
    }

    /** A line is a chunk; the last line ends it: with "!" the stream breaks off. */
    @FuzzTest(maxDuration = "20s")
    void aStreamIsToldInEventsThatFitEachOther(byte[] data) {
        Translation asked = new Talk().asks("{'model':'m','input':'a','tools':[{'type':'custom','name':'p'},"
                + "{'type':'namespace','name':'n','tools':[{'type':'function','name':'g'}]}]}");
        StreamTranslation stream = asked.stream("m", bytes -> { });
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String text = new String(data, StandardCharsets.ISO_8859_1);
        try {
            for (String line : text.split("\n")) {
                stream.chunk(line.getBytes(StandardCharsets.ISO_8859_1), out);
                if (line.length() % 7 == 0) {
                    stream.keepAlive(out);
                }
            }
            if (text.endsWith("!")) {
                throw UpstreamFailed.unreadable("broken off");
            }
            stream.end(out);
        } catch (Ending broken) {
            stream.fail(ApiError.of(502, "server_error", null, null, "broken off"), out);
        }
        assertWhole(Talk.events(out.toByteArray()));
    }

    @FuzzTest(maxDuration = "10s")
    void aPlainAnswerIsToldOrFails(byte[] data) {
        Translation asked = new Talk().asks("{'model':'m','input':'a','tools':[{'type':'custom','name':'p'}]}");
        byte[] answer;
        try {
            answer = asked.answer(data, "m", bytes -> { });
        } catch (UpstreamFailed refused) {
            return;
        }
        assertTrue(Talk.tree(answer).get("output").isArray());
    }

    private static void assertWhole(List<JsonNode> events) {
        Map<Integer, StringBuilder> grown = new HashMap<>();
        List<JsonNode> done = new ArrayList<>();
        int added = 0;
        JsonNode last = events.get(events.size() - 1);
        for (int i = 0; i < events.size(); i++) {
            JsonNode event = events.get(i);
            String type = event.get("type").asText();
            assertEquals(i, event.get("sequence_number").asInt());
            assertEquals(event == last, FINISHED.contains(type), type);
            int place = event.path("output_index").asInt();
            if (type.endsWith("output_item.added")) {
                assertEquals(done.size(), place, "one item at a time");
                assertEquals(added++, place);
                grown.put(place, new StringBuilder());
            } else if (type.endsWith(".delta")) {
                assertEquals(added - 1, place);
                grown.get(place).append(event.get("delta").asText());
            } else if (type.endsWith("output_item.done")) {
                done.add(event.get("item"));
            } else if (type.endsWith(".done") && !type.contains("_part")) {
                for (String field : List.of("text", "refusal", "arguments", "input")) {
                    assertEquals(grown.get(place).toString(), event.path(field).asText(grown.get(place).toString()));
                }
            }
        }
        List<JsonNode> output = new ArrayList<>();
        last.at("/response/output").forEach(output::add);
        assertEquals(done, output);
        assertTrue(added == done.size() || last.get("type").asText().endsWith("failed"));
    }
}
