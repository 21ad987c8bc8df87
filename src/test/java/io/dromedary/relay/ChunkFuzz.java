package io.dromedary.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/**
 * Whatever stands in an event, it is read as a chunk or refused, and a new model name changes nothing but the model
 * name.
 */
class ChunkFuzz {

    private static final ObjectMapper TREES = new ObjectMapper();

    @FuzzTest(maxDuration = "6s")
    void anEventsDataIsReadOrRefusedAndKeepsItsMeaningUnderAnotherModelName(byte[] data) throws Exception {
        Chunk chunk;
        try {
            chunk = Chunk.read(data.clone());
        } catch (IOException refused) {
            return;
        }
        Collected out = new Collected(0);
        chunk.appendTo(out, "\"m\"".getBytes(StandardCharsets.UTF_8));
        byte[] renamed = out.takeAll();
        Chunk again = Chunk.read(renamed);
        assertEquals(chunk.content(), again.content());
        assertEquals(chunk.finished(), again.finished());
        assertEquals(chunk.choices(), again.choices());
        JsonNode tree = TREES.readTree(renamed);
        if (TREES.readTree(data).path("model").isTextual()) {
            assertEquals("m", tree.path("model").textValue());
        }
    }
}
