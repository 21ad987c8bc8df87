package io.dromedary.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * What the scan takes for an object, Jackson takes for the same one: the upstream will read it as somebody's JSON
 * parser does.
 */
class ObjectScanFuzz {

    private static final Set<String> TEXTS = Set.of("model", "stream", "n");
    private static final PartTypes TYPES = PartTypes.of(List.of("image_url", "input_audio", "file"));

    @FuzzTest(maxDuration = "20s")
    void whatIsScannedIsWhatJacksonReads(byte[] json) throws Exception {
        ObjectFields scanned = ObjectScan.read(json, TEXTS, TYPES);
        if (scanned != null) {
            ObjectFields parsed = ObjectFields.parse(json, TEXTS, TYPES);
            assertEquals(parsed.all(), scanned.all());
            assertEquals(parsed.open(), scanned.open());
        }
    }
}
