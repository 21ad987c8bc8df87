package io.dromedary.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

/** Who reads finished requests. */
class RecordReadersTest {

    @Test
    void aReaderThatThrowsKeepsTheRecordFromNoOther() {
        List<String> read = new ArrayList<>();
        RequestRecorder recorder = new RequestRecorder(List.of(record -> read.add("first " + record.id()), record -> {
            throw new IllegalStateException("a mistake of a team's own");
        }, record -> {
            throw new NoClassDefFoundError("a jar that is not there");
        }, record -> read.add("last " + record.id())));
        recorder.refused("one", "GET", "/", null, 404, "unknown_url", header -> null);
        recorder.refused("two", "GET", "/", null, 404, "unknown_url", header -> null);
        assertEquals(List.of("first one", "last one", "first two", "last two"), read);
    }
}
