package io.dromedary.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes server-sent events (HTML Living Standard, 9.2). Data must be one line: JSON without line feeds is. */
public final class ServerSentEvents {

    /** The content type of a stream of events. */
    public static final String CONTENT_TYPE = "text/event-stream; charset=utf-8";
    /** The data of the event that ends a stream of OpenAI's chat completions. */
    public static final byte[] DONE = "[DONE]".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] DATA = "data: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END_OF_EVENT = "\n\n".getBytes(StandardCharsets.US_ASCII);

    private ServerSentEvents() {
    }

    /** Whether a content type, in any case and with any parameters, is that of a stream of events. */
    public static boolean isType(String type) {
        return type.regionMatches(true, 0, "text/event-stream", 0, "text/event-stream".length());
    }

    /** One event with that data. */
    public static byte[] event(byte[] data) {
        ByteArrayOutputStream event = new ByteArrayOutputStream(data.length + DATA.length + END_OF_EVENT.length);
        append(event, "", data);
        return event.toByteArray();
    }

    /**
     * Appends one event.
     *
     * @param head its other lines, each with a line feed; may be empty
     */
    public static void append(ByteArrayOutputStream out, String head, byte[] data) {
        appendBeginning(out, head);
        out.writeBytes(data);
        appendEnd(out);
    }

    /**
     * Appends what comes before the data of one event; the data and {@link #appendEnd} are to follow.
     *
     * @param head its other lines, each with a line feed; may be empty
     */
    public static void appendBeginning(ByteArrayOutputStream out, String head) {
        if (!head.isEmpty()) {
            out.writeBytes(head.getBytes(StandardCharsets.UTF_8));
        }
        out.writeBytes(DATA);
    }

    /** Appends what ends an event. */
    public static void appendEnd(ByteArrayOutputStream out) {
        out.writeBytes(END_OF_EVENT);
    }

    /** Appends a comment; the line begins with a colon. */
    public static void appendComment(ByteArrayOutputStream out, byte[] line) {
        out.writeBytes(line);
        out.writeBytes(END_OF_EVENT);
    }
}
