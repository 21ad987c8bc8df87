package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** What the walk takes for an object, Jackson takes for the same one: so the upstream will, whose parser is another. */
class JsonWalkFuzz {

    @FuzzTest(maxDuration = "6s")
    void whatIsWalkedOverIsWhatJacksonReads(byte[] json) throws Exception {
        ObjectFields walked;
        try {
            walked = ObjectFields.read(json);
        } catch (IOException refused) {
            return;
        }
        assertEquals(JacksonFields.of(json), List.copyOf(walked.all()));
    }
}
