package io.dromedary.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever an upstream sends, and however the network cuts it, the parser tells the same and ends. */
class EventParserFuzz {

    private static final int LONGEST = 1 << 20;

    @FuzzTest(maxDuration = "6s")
    void aStreamSaysTheSameHoweverItIsCut(byte[] input) {
        if (input.length == 0) {
            return;
        }
        int piece = 1 + (input[0] & 0x0F);
        byte[] stream = Arrays.copyOfRange(input, 1, input.length);
        assertEquals(told(stream, Math.max(1, stream.length)), told(stream, piece));
    }

    private static List<String> told(byte[] stream, int piece) {
        List<String> told = new ArrayList<>();
        EventParser parser = new EventParser(new EventParser.Sink() {
            @Override
            public void event(String head, byte[] data) {
                told.add("event " + head + Arrays.toString(data));
            }

            @Override
            public void comment(byte[] line) {
                told.add("comment " + Arrays.toString(line));
            }

            @Override
            public void error(byte[] value) {
                told.add("error " + Arrays.toString(value));
            }

            @Override
            public void garbage(String what) {
                told.add("garbage " + what);
            }
        }, LONGEST);
        for (int from = 0; from < stream.length; from += piece) {
            byte[] next = Arrays.copyOfRange(stream, from, Math.min(stream.length, from + piece));
            parser.feed(next, next.length);
        }
        parser.end();
        return told;
    }
}
