package io.dromedary.soak;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Line;
import io.dromedary.harness.Replies;

/** An upstream that answers most requests and does everything else to the others, by chance. */
final class FaultyUpstream {

    private static final int EVENTS = 8;

    private FaultyUpstream() {
    }

    /** @param faultPercent how many of a hundred requests meet a fault */
    static FakeUpstream start(int faultPercent) {
        return FakeUpstream.start().does((request, line) -> {
            if (request.method().equals("GET")) {
                line.json(200, "{\"object\":\"list\",\"data\":[]}");
            } else if (ThreadLocalRandom.current().nextInt(100) < faultPercent) {
                fail(request.text().contains("\"stream\":true"), line);
            } else if (request.path().endsWith("/embeddings")) {
                line.json(200, "{\"object\":\"list\",\"model\":\"m\",\"data\":[{\"object\":\"embedding\",\"index\":0,"
                        + "\"embedding\":[0.5]}]}");
            } else if (request.text().contains("\"stream\":true")) {
                stream(line, EVENTS);
                line.event(Replies.finish()).event("[DONE]").endOfChunks();
            } else {
                line.json(200, Replies.chat("hello"));
            }
        });
    }

    private static void stream(Line line, int events) throws IOException {
        line.streamHead().event(Replies.role());
        for (int i = 0; i < events; i++) {
            line.silentFor(10).event(Replies.chunk("word " + i));
        }
    }

    private static void fail(boolean stream, Line line) throws IOException {
        switch (ThreadLocalRandom.current().nextInt(stream ? 11 : 7)) {
            case 0 -> line.reset();
            case 1 -> line.json(500, Replies.error("boom", "server_error", "x"));
            case 2 -> line.json(429, Replies.error("slow down", "requests", "rate_limit_exceeded"), "Retry-After: 0");
            case 3 -> line.awaitClosed(); // says nothing until a clock of the gateway's runs out
            case 4 -> line.whole(200, "text/html", "<html>maintenance</html>");
            case 5 -> line.json(400, Replies.error("temperature must be at most 2", "invalid_request_error", "bad"));
            case 6 -> line.raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{")
                    .hangUp();
            case 7 -> {
                stream(line, EVENTS / 2);
                line.reset();
            }
            case 8 -> {
                stream(line, EVENTS / 2);
                line.endOfChunks();
            }
            case 9 -> {
                stream(line, EVENTS / 2);
                line.chunk("no event at all\n\n").endOfChunks();
            }
            default -> {
                line.streamHead().event(Replies.role()).chunk(": still there\n\n");
                line.awaitClosed();
            }
        }
    }
}
