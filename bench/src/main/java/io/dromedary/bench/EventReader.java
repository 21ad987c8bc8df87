package io.dromedary.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Finds the mock's events in one chunked answer, however the bytes are cut: by reads, and by chunks that whoever stands
 * between may have cut anew. Costs a few nanoseconds a byte.
 */
final class EventReader {

    private enum State { STATUS, HEAD, SIZE, DATA, AFTER_DATA }

    private final Word status = new Word("HTTP/1.1 200 ");
    private final Word headEnd = new Word("\r\n\r\n");
    private final Word sent = new Word("\"sent_ns\":");
    private final Word done = new Word("[DONE]");
    private final LongConsumer onEvent;
    private State state = State.STATUS;
    private int left;
    private boolean inExtension;
    private boolean inNumber;
    private long number;
    private boolean complete;

    /** @param onEvent takes when each event was sent, in the mock's {@code System.nanoTime()} */
    EventReader(LongConsumer onEvent) {
        this.onEvent = onEvent;
    }

    /** Whether {@code [DONE]} has come. */
    boolean complete() {
        return complete;
    }

    /** Takes the next bytes. */
    void read(ByteBuffer bytes) {
        while (bytes.hasRemaining()) {
            byte b = bytes.get();
            switch (state) {
                case STATUS -> state = status.ends(b) ? State.HEAD : state;
                case HEAD -> state = headEnd.ends(b) ? State.SIZE : state;
                case SIZE -> size(b);
                case DATA -> {
                    data(b);
                    state = --left == 0 ? State.AFTER_DATA : state;
                }
                case AFTER_DATA -> state = b == '\n' ? State.SIZE : state;
            }
        }
    }

    private void size(byte b) {
        if (b == '\n') {
            state = left > 0 ? State.DATA : State.AFTER_DATA;
            inExtension = false;
        } else if (b == ';' || b == '\r') {
            inExtension = true;
        } else if (!inExtension) {
            left = left * 16 + Character.digit(b, 16);
        }
    }

    private void data(byte b) {
        if (inNumber) {
            if (b >= '0' && b <= '9') {
                number = number * 10 + b - '0';
                return;
            }
            inNumber = false;
            onEvent.accept(number);
        }
        if (sent.ends(b)) {
            inNumber = true;
            number = 0;
        }
        complete |= done.ends(b);
    }

    /** A text to be found whose first byte does not come again in it, or whose beginning repeats as a whole. */
    private static final class Word {

        private final byte[] bytes;
        private int matched;

        Word(String text) {
            bytes = text.getBytes(StandardCharsets.US_ASCII);
        }

        /** Whether it ends with this byte. */
        boolean ends(byte b) {
            matched = b == bytes[matched] ? matched + 1 : b == bytes[0] ? 1 : 0;
            if (matched < bytes.length) {
                return false;
            }
            matched = 0;
            return true;
        }
    }
}
