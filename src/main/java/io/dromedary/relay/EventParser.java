package io.dromedary.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes an event stream apart, byte by byte, however it is cut: LF, CRLF or CR, comments, data over several lines, a
 * missing blank line at the end (HTML Living Standard, 9.2.6, which would throw the last one away; upstreams mean it). An
 * event longer than the limit, and a line that is no field of an event stream, is told as {@link Sink#garbage}.
 *
 * <p>Knows nothing of JSON. Not safe for several threads.
 */
final class EventParser {

    /** What becomes of what is found. */
    interface Sink {

        /**
         * An event with data.
         *
         * @param head  its other lines ({@code event:}, {@code id:}, {@code retry:}) as they came, each with a line feed
         * @param data  its data, lines joined with a line feed
         */
        void event(String head, byte[] data);

        /** A comment line, without its line end. */
        void comment(byte[] line);

        /** An {@code error:} field, which llama-server invented. */
        void error(byte[] value);

        /** Something that is no event stream. */
        void garbage(String what);
    }

    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Sink sink;
    private final int longest;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    private final ByteArrayOutputStream data = new ByteArrayOutputStream(1024);
    private final StringBuilder head = new StringBuilder();
    private boolean hasData;
    private boolean afterCarriageReturn;
    private boolean first = true;
    private boolean broken;

    /** @param longest how many bytes an event may have */
    EventParser(Sink sink, int longest) {
        this.sink = sink;
        this.longest = longest;
    }

    /** Takes the next bytes. */
    void feed(byte[] bytes, int length) {
        int from = 0;
        for (int i = 0; i < length && !broken; i++) {
            byte b = bytes[i];
            if (b == '\n' && afterCarriageReturn) {
                afterCarriageReturn = false;
                from = i + 1;
            } else if (b == '\n' || b == '\r') {
                line.write(bytes, from, i - from);
                endOfLine();
                afterCarriageReturn = b == '\r';
                from = i + 1;
            } else {
                afterCarriageReturn = false;
            }
        }
        if (!broken) {
            line.write(bytes, from, length - from);
            checkLength();
        }
    }

    /** The stream has ended: what is left over counts as if a blank line followed. */
    void end() {
        if (!broken && line.size() > 0) {
            endOfLine();
        }
        if (!broken) {
            dispatch();
        }
    }

    private void endOfLine() {
        byte[] bytes = line.toByteArray();
        line.reset();
        if (first) {
            first = false;
            bytes = withoutBom(bytes);
        }
        if (bytes.length == 0) {
            dispatch();
        } else if (bytes[0] == ':') {
            sink.comment(bytes);
        } else {
            field(bytes);
        }
    }

    private void field(byte[] bytes) {
        int colon = 0;
        while (colon < bytes.length && bytes[colon] != ':') {
            colon++;
        }
        String name = new String(bytes, 0, colon, StandardCharsets.UTF_8);
        int value = colon + 1 < bytes.length && bytes[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, bytes.length);
        switch (name) {
            case "data" -> {
                if (hasData) {
                    data.write('\n');
                }
                data.write(bytes, value, bytes.length - value);
                hasData = true;
                checkLength();
            }
            case "event", "id", "retry" -> {
                head.append(new String(bytes, StandardCharsets.UTF_8)).append('\n');
                checkLength();
            }
            case "error" -> {
                byte[] error = new byte[bytes.length - value];
                System.arraycopy(bytes, value, error, 0, error.length);
                sink.error(error);
            }
            default -> spoil("a line that is no event");
        }
    }

    private void dispatch() {
        if (hasData) {
            byte[] event = data.toByteArray();
            String lines = head.toString();
            data.reset();
            hasData = false;
            head.setLength(0);
            if (event.length > 0) {
                sink.event(lines, event); // one without data is none, says the standard: some keep alive with it
            }
        }
        head.setLength(0);
    }

    private void checkLength() {
        if (!broken && line.size() + data.size() + head.length() > longest) {
            spoil("an event longer than " + longest + " bytes");
        }
    }

    private void spoil(String what) {
        broken = true;
        sink.garbage(what);
    }

    private static byte[] withoutBom(byte[] bytes) {
        if (bytes.length >= BOM.length && bytes[0] == BOM[0] && bytes[1] == BOM[1] && bytes[2] == BOM[2]) {
            return Arrays.copyOfRange(bytes, BOM.length, bytes.length);
        }
        return bytes;
    }
}
