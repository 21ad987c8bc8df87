package io.dromedary.soak;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Replies;

/**
 * An upstream without a fault: whoever asks it properly is answered. It knows one model, refuses what it is told to
 * refuse as providers do, and is asked for long answers by those who will not read them.
 */
final class SteadyUpstream {

    /** What the name of its model ends with. */
    static final String MODEL = "steady-upstream";
    /** What a prompt holds that is refused by policy. */
    static final String FLAGGED = "something-forbidden";
    /** What a prompt holds that is answered at length. */
    static final String LENGTHY = "a-long-story";
    /** With what the names of fields begin that it does not know; it refuses a request for the first of them. */
    static final String UNKNOWN = "zz";
    /** What it repeats where a request says it of an image, as words that it cannot read. */
    static final String REFUSAL = "does not support vision";
    /** More than the systems on both ends of a connection hold of an answer that is not read. */
    static final int LENGTH = 5 * 1024 * 1024;

    private static final int PIECES = 80;
    private static final Pattern UNKNOWN_FIELD = Pattern.compile("\"(" + UNKNOWN + "[^\"]*)\":");

    private SteadyUpstream() {
    }

    static FakeUpstream start() {
        String lengthy = Replies.chat("x".repeat(LENGTH));
        String piece = Replies.chunk("x".repeat(LENGTH / PIECES));
        return FakeUpstream.start().does((request, line) -> {
            Matcher unknown = UNKNOWN_FIELD.matcher(request.text());
            boolean stream = request.text().contains("\"stream\":true");
            if (request.method().equals("GET")) {
                line.json(200, "{\"object\":\"list\",\"data\":[]}");
            } else if (!request.text().contains(MODEL)) {
                line.json(404, Replies.error("The model does not exist", "invalid_request_error", "model_not_found"));
            } else if (request.text().contains(FLAGGED)) {
                line.json(403, "{\"error\":{\"code\":403,\"message\":\"Your input was flagged\",\"metadata\":"
                        + "{\"reasons\":[\"violence\"],\"flagged_input\":\"" + FLAGGED + "\"}}}");
            } else if (unknown.find()) {
                line.json(400, Replies.error("Unrecognized request argument supplied: " + unknown.group(1),
                        "invalid_request_error", "x"));
            } else if (request.text().contains(REFUSAL)) {
                line.json(400, Replies.error("Invalid value: '" + REFUSAL + "'. Supported values are: 'low', 'high'",
                        "invalid_request_error", "x"));
            } else if (request.text().contains(LENGTHY) && stream) {
                line.streamHead();
                for (int i = 0; i < PIECES; i++) {
                    line.event(piece);
                }
                line.event(Replies.finish()).event("[DONE]").endOfChunks();
            } else if (request.text().contains(LENGTHY)) {
                line.json(200, lengthy);
            } else {
                // Who has asked for a temperature is answered only if it has come.
                String word = request.text().contains("temperature") ? "answer" : "hello";
                if (stream) {
                    line.stream("steady", " ", word);
                } else {
                    line.json(200, Replies.chat("steady " + word));
                }
            }
        });
    }
}
