package io.dromedary.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Pattern;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.ClientGone;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.TokenUsage;

/**
 * An answer that is passed on as it comes, unread: audio, a transcript, events of an API that is not chat's. One block
 * of it is held at a time, and none more while the client is behind. Until its first bytes have come, another
 * deployment can still answer; if it breaks off later, so does the client's answer. Used by the thread of the attempt.
 */
final class PassedAnswer {

    private static final int BLOCK = 16 * 1024;
    private static final int SMALL = 1024;
    /** The longest that ends an event, but for its last character. */
    private static final int LINE_ENDS = 3;
    private static final Pattern END_OF_EVENT = Pattern.compile("\\n\\r?\\n|\\r\\r");

    private final InputStream in;
    private final Attempt attempt;
    private final boolean events;
    private final AnswerCopy copy;

    /**
     * @param events whether it is a stream of events, which may be silent for as long as a stream may
     * @param copy   what keeps its first bytes
     */
    PassedAnswer(InputStream in, Attempt attempt, boolean events, AnswerCopy copy) {
        this.in = in;
        this.attempt = attempt;
        this.events = events;
        this.copy = copy;
    }

    /**
     * Waits for the first bytes, under the clock that ran for the head.
     *
     * @throws UpstreamFailed if there are none
     * @throws Exception      what reading failed with
     */
    byte[] first() throws Exception {
        attempt.awaitingAnswer();
        byte[] bytes = read();
        if (bytes.length == 0) {
            throw UpstreamFailed.unreadable("the answer is empty");
        }
        return bytes;
    }

    /**
     * The same for a stream of events: what comes until its first event is whole, or is large.
     *
     * @throws UpstreamFailed if there is nothing
     * @throws Exception      what reading failed with
     */
    byte[] firstEvent() throws Exception {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        String end = "";
        for (byte[] more = first(); more.length > 0; more = read()) {
            event.writeBytes(more);
            // With the last bytes of the read before, which may have cut the line ends in two.
            end = end.substring(Math.max(0, end.length() - LINE_ENDS))
                    + new String(more, StandardCharsets.ISO_8859_1);
            if (event.size() >= BLOCK || END_OF_EVENT.matcher(end).find()) {
                break;
            }
            attempt.awaitingAnswer();
        }
        return event.toByteArray();
    }

    /**
     * Sends {@code first} and all that follows. The head has been sent. The cost is noted when all is read, since a
     * price per second needs the time, and before the body ends, since limits are settled then.
     *
     * @throws ClientGone if the client has left, or took nothing for as long as it may
     * @throws Exception  what reading failed with; the client's connection is closed then
     */
    void relay(byte[] first) throws Exception {
        try {
            pass(first);
        } catch (Exception e) {
            attempt.call().answer().endUnfinished();
            throw e;
        }
        attempt.call().answer().end();
    }

    private void pass(byte[] first) throws Exception {
        try {
            for (byte[] bytes = first; bytes.length > 0; bytes = next()) {
                attempt.call().answer().write(bytes);
                copy.add(bytes);
            }
        } finally {
            attempt.used(TokenUsage.NONE);
        }
    }

    private byte[] next() throws Exception {
        if (events) {
            attempt.reading();
        } else {
            attempt.readingWhole();
        }
        return read();
    }

    /** What is there, but one block at most; nothing at the end. */
    private byte[] read() throws Exception {
        byte[] block = new byte[Math.min(BLOCK, Math.max(SMALL, in.available()))];
        try {
            int length = in.read(block);
            return length == block.length ? block : Arrays.copyOf(block, Math.max(0, length));
        } catch (IOException | IllegalStateException e) {
            throw attempt.causeOf(e);
        } finally {
            attempt.pauseClock();
        }
    }
}
