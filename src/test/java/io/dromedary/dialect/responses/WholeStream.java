package io.dromedary.dialect.responses;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;

/** What holds of every stream, however it went. */
final class WholeStream {

    private static final String FINISHED = "response.completed response.incomplete response.failed";

    private WholeStream() {
    }

    /** Numbers run, items come one by one, what has grown is what is done, and one event ends it. */
    static void assertWhole(List<JsonNode> events) {
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
