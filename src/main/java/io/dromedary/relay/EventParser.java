package io.dromedary.relay;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Takes an event stream apart, byte by byte, however it is cut: LF, CRLF or CR, comments, data over several lines, a
 * missing blank line at the end (HTML Living Standard, 9.2.6, which would throw the last one away; upstreams mean it).
 * An event longer than the limit, and a line that is no field of an event stream, is told as {@link Sink#garbage}.
 *
 * <p>Knows nothing of JSON. Not safe for several threads.
 */
final class EventParser {

    /** What becomes of what is found. */
    interface Sink {

        /**
         * An event with data.
         *
         * @param head  its other lines ({@code event:}, {@code id:}, {@code retry:}) as they came, each with a line
         *              feed
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

    /** Of most events; each open stream holds such buffers. */
    private static final int USUAL = 256;
    private static final byte[] NOTHING = {};
    private static final byte[] BOM = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final Sink sink;
    private final int longest;
    private final Collected line = new Collected(USUAL);
    private final Collected data = new Collected(USUAL);
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
                endOfLine(bytes, from, i);
                afterCarriageReturn = b == '\r';
                from = i + 1;
            } else {
                afterCarriageReturn = false;
            }
        }
        if (!broken) {
            line.write(bytes, from, length - from);
            checkLength(held());
        }
    }

    /** The stream has ended: what is left over counts as if a blank line followed. */
    void end() {
        if (!broken && line.size() > 0) {
            endOfLine(NOTHING, 0, 0);
        }
        if (!broken) {
            dispatch();
        }
    }

    /** How many bytes have come of an event that is not whole. */
    int held() {
        return line.size() + data.size() + head.length();
    }

    /** What stands from {@code from} to {@code to} is the rest of the line that has been collected; most come whole. */
    private void endOfLine(byte[] bytes, int from, int to) {
        if (line.size() == 0) {
            whole(bytes, from, to);
        } else {
            line.write(bytes, from, to - from);
            whole(line.buffer(), 0, line.size());
            line.clear();
        }
    }

    private void whole(byte[] bytes, int lineStart, int to) {
        int from = lineStart;
        if (first) {
            first = false;
            from += bomLength(bytes, from, to);
        }
        if (from == to) {
            dispatch();
        } else if (bytes[from] == ':') {
            sink.comment(Arrays.copyOfRange(bytes, from, to));
        } else {
            field(bytes, from, to);
        }
    }

    private void field(byte[] bytes, int from, int to) {
        int colon = from;
        while (colon < to && bytes[colon] != ':') {
            colon++;
        }
        int value = colon + 1 < to && bytes[colon + 1] == ' ' ? colon + 2 : Math.min(colon + 1, to);
        if (isData(bytes, from, colon)) {
            data.room(to - value + (hasData ? 1 : 0));
            if (hasData) {
                data.write('\n');
            }
            data.write(bytes, value, to - value);
            hasData = true;
            checkLength(data.size() + head.length());
        } else {
            other(new String(bytes, from, colon - from, StandardCharsets.UTF_8), bytes, from, value, to);
        }
    }

    /** Nearly every line is one of data: it is told without a text being made. */
    private static boolean isData(byte[] bytes, int from, int colon) {
        return colon - from == 4 && bytes[from] == 'd' && bytes[from + 1] == 'a' && bytes[from + 2] == 't'
                && bytes[from + 3] == 'a';
    }

    private void other(String name, byte[] bytes, int from, int value, int to) {
        switch (name) {
            case "event", "id", "retry" -> {
                head.append(new String(bytes, from, to - from, StandardCharsets.UTF_8)).append('\n');
                checkLength(data.size() + head.length());
            }
            case "error" -> sink.error(Arrays.copyOfRange(bytes, value, to));
            default -> spoil("a line that is no event");
        }
    }

    private void dispatch() {
        if (hasData) {
            byte[] event = data.takeAll();
            String lines = head.length() == 0 ? "" : head.toString();
            hasData = false;
            head.setLength(0);
            if (event.length > 0) {
                sink.event(lines, event); // one without data is none, says the standard: some keep alive with it
            }
        }
        head.setLength(0);
    }

    private void checkLength(int bytes) {
        if (!broken && bytes > longest) {
            spoil("an event longer than " + longest + " bytes");
        }
    }

    private void spoil(String what) {
        broken = true;
        sink.garbage(what);
    }

    private static int bomLength(byte[] bytes, int from, int to) {
        return to - from >= BOM.length && Arrays.equals(bytes, from, from + BOM.length, BOM, 0, BOM.length)
                ? BOM.length : 0;
    }
}
