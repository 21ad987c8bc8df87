package io.dromedary.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** However a stream is cut and whatever its line ends, the same events come out. */
class EventParserTest {

    private static List<String> parse(String stream, int[] cuts, int longest) {
        List<String> found = new ArrayList<>();
        EventParser parser = new EventParser(new EventParser.Sink() {
            @Override
            public void event(String head, byte[] data) {
                found.add("event(" + head + new String(data, StandardCharsets.UTF_8) + ")");
            }

            @Override
            public void comment(byte[] line) {
                found.add("comment(" + new String(line, StandardCharsets.UTF_8) + ")");
            }

            @Override
            public void error(byte[] value) {
                found.add("error(" + new String(value, StandardCharsets.UTF_8) + ")");
            }

            @Override
            public void garbage(String what) {
                found.add("garbage(" + what + ")");
            }
        }, longest);
        byte[] bytes = stream.getBytes(StandardCharsets.UTF_8);
        int from = 0;
        for (int cut : cuts) {
            byte[] piece = java.util.Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + cut));
            parser.feed(piece, piece.length);
            from += piece.length;
        }
        byte[] rest = java.util.Arrays.copyOfRange(bytes, from, bytes.length);
        parser.feed(rest, rest.length);
        parser.end();
        return found;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "data: a~~|[event(a)]", "data:a~~|[event(a)]", "data:  a~~|[event( a)]", "data: a~data: b~~|[event(a@b)]",
        "data~~|[]", "data: ~~data: a~~|[event(a)]", "data: a|[event(a)]", "data: a~|[event(a)]",
        ": hi~~|[comment(: hi)]", ":~|[comment(:)]",
        "event: x~data: a~~|[event(event: x@a)]", "id: 1~retry: 5~data: a~~|[event(id: 1@retry: 5@a)]",
        "error: {}~~data: [DONE]~~|'[error({}), event([DONE])]'", "event: x~~data: a~~|[event(a)]",
        "~~~data: a~~|[event(a)]",
        "<html>~~|[garbage(a line that is no event)]", "DATA: a~~|[garbage(a line that is no event)]"})
    void aStreamIsTakenApartTheSameWayWithEveryLineEnd(String stream, String expected) {
        for (String end : new String[] {"\n", "\r\n", "\r"}) {
            assertEquals(expected.replace('@', '\n'), parse(stream.replace("~", end), new int[0], 1000).toString(),
                    "with " + end.replace("\n", "LF").replace("\r", "CR"));
        }
    }

    @Test
    void cutsAnywhereChangeNothing() {
        String stream = "\uFEFF: c\r\n\r\ndata: {\"ä\":\"🙂\"}\r\ndata: 2\n\nevent: e\rdata: x\r\rdata: [DONE]\r\n\r\n";
        List<String> whole = parse(stream, new int[0], 1000);
        assertEquals(4, whole.size());
        for (int seed = 0; seed < 500; seed++) {
            int[] cuts = new Random(seed).ints(40, 0, 6).toArray();
            assertEquals(whole, parse(stream, cuts, 1000), "seed " + seed);
        }
    }

    @Test
    void anEventThatIsTooLongIsGarbageHoweverItIsBuilt() {
        for (String stream : new String[] {"data: " + "x".repeat(200), "data: x\n".repeat(200), "id: y\n".repeat(200),
            ":" + "z".repeat(200)}) {
            List<String> found = parse(stream, new int[] {7, 7, 7, 7, 7}, 100);
            assertEquals("garbage(an event longer than 100 bytes)", found.get(found.size() - 1));
        }
    }
}
