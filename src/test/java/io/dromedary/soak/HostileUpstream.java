package io.dromedary.soak;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Line;

/** An upstream that answers with much of little: what a reader makes of it by no care takes many times its bytes. */
final class HostileUpstream {

    /** What is asked of it; those with a choice in their names, of a stream. */
    static final List<String> ALL = List.of("an-error-of-60-mib", "an-error-of-12-mib", "choices-in-one-event",
            "a-choice-in-each-event");

    /** More than a stream may have. */
    private static final int CHOICES = 20_000;
    private static final String MIB = "\"a\",".repeat(256 * 1024);

    private HostileUpstream() {
    }

    static FakeUpstream start() {
        String choices = IntStream.range(0, CHOICES).mapToObj(HostileUpstream::choice)
                .collect(Collectors.joining(","));
        return FakeUpstream.start().does((request, line) -> {
            if (request.text().contains(ALL.get(0))) {
                error(line, 60);
            } else if (request.text().contains(ALL.get(1))) {
                error(line, 12);
            } else if (request.text().contains(ALL.get(2))) {
                line.streamHead().event("{\"choices\":[" + choices + "]}").event("[DONE]").endOfChunks();
            } else if (request.text().contains(ALL.get(3))) {
                line.streamHead();
                for (int i = 0; i < CHOICES; i++) {
                    line.event("{\"choices\":[" + choice(i) + "]}");
                }
                line.event("[DONE]").endOfChunks();
            } else {
                line.json(200, "{\"object\":\"list\",\"data\":[]}");
            }
        });
    }

    private static String choice(int index) {
        return "{\"index\":" + index + ",\"delta\":{\"content\":\"a\"}}";
    }

    private static void error(Line line, int mib) throws IOException {
        line.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
                .chunk("{\"error\":[");
        for (int i = 0; i < mib; i++) {
            line.chunk(MIB);
        }
        line.chunk("\"a\"]}").endOfChunks();
    }
}
