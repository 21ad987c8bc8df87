package io.dromedary.form;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.dromedary.client.ApiError;

/**
 * Finds the parts of a form (RFC 7578) in its bytes, in one walk. Nothing is copied. It is read so strictly that no
 * upstream can find other parts in it: nothing stands before the first delimiter but one line end, nothing after the
 * last one but line ends, no line begins with a delimiter and goes on, and the boundary stands nowhere else, neither
 * after a carriage return or a line feed alone nor within a line.
 */
final class FormReader {

    private static final int LARGEST_HEAD = 8 * 1024;
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] EMPTY_LINE = {'\r', '\n', '\r', '\n'};
    private static final byte[] CLOSE = {'-', '-'};

    private final byte[] form;
    private final byte[] delimiter;
    private final int most;
    private final List<FormPart> parts = new ArrayList<>();
    private int at;

    /**
     * @param delimiter as {@link Boundary} makes it
     * @param most      how many parts it may have
     */
    FormReader(byte[] form, byte[] delimiter, int most) {
        this.form = form;
        this.delimiter = delimiter;
        this.most = most;
    }

    /**
     * The parts, in their order.
     *
     * @throws ApiError 400, with what is wrong
     */
    List<FormPart> read() {
        // The first delimiter needs no line end before it.
        int skipped = is(form.length > 0 && form[0] == '\r' ? delimiter : dashed(), 0);
        if (skipped < 0) {
            throw wrong("does not begin with the boundary that its Content-Type names");
        }
        at = skipped;
        while (!closes()) {
            part();
        }
        return parts;
    }

    private byte[] dashed() {
        return Arrays.copyOfRange(delimiter, LINE_END.length, delimiter.length);
    }

    /** Behind a delimiter: whether it was the last one. */
    private boolean closes() {
        if (is(LINE_END, at) >= 0) {
            return false;
        }
        int end = is(CLOSE, at);
        if (end < 0) {
            throw wrong("has a line that begins with its boundary and goes on: choose another boundary");
        }
        while (is(LINE_END, end) >= 0) {
            end += LINE_END.length;
        }
        if (end != form.length) {
            throw wrong("goes on after its end");
        }
        return true;
    }

    private void part() {
        if (parts.size() == most) {
            throw ApiError.badRequest("request_beyond_limit", null, "The form has more than " + most + " parts");
        }
        int start = at - delimiter.length + LINE_END.length;
        int head = at + LINE_END.length;
        int empty = find(EMPTY_LINE, head, Math.min(form.length, head + LARGEST_HEAD));
        if (empty < 0) {
            throw wrong("has a part whose head does not end within " + LARGEST_HEAD + " bytes");
        }
        PartHead read = PartHead.read(form, head, empty);
        int value = empty + EMPTY_LINE.length;
        if (is(dashed(), value) >= 0) {
            throw wrong("has a part without an empty line before its value"); // some readers would see a delimiter
        }
        int end = delimiterAfter(head, value);
        if (end < 0) {
            throw wrong("has no end: its last line must be the boundary with two dashes after it");
        }
        at = end + delimiter.length;
        if (!read.tellsTrue(end - value)) {
            throw wrong("has a part with a Content-Transfer-Encoding or a Content-Length that is not its own");
        }
        String field = read.name().endsWith("[]") ? read.name().substring(0, read.name().length() - 2) : read.name();
        parts.add(new FormPart(read.name(), field, read.filename(), read.type(), !read.isText(), start, value, end));
    }

    /** After {@code bytes} if they stand at {@code from}; else -1. */
    private int is(byte[] bytes, int from) {
        int to = from + bytes.length;
        return to <= form.length && Arrays.equals(form, from, to, bytes, 0, bytes.length) ? to : -1;
    }

    /** Where {@code bytes}, which begin with a carriage return, stand first. */
    private int find(byte[] bytes, int from, int to) {
        for (int i = from; i + bytes.length <= to; i++) {
            if (form[i] == '\r' && is(bytes, i) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /** Where the delimiter after a value begins; -1 if there is none. In the head before the value is none either. */
    private int delimiterAfter(int head, int value) {
        byte[] dashed = dashed();
        for (int i = head; i + dashed.length <= form.length; i++) {
            if (form[i] == '-' && is(dashed, i) >= 0) {
                int begin = i - LINE_END.length;
                if (begin >= value && is(LINE_END, begin) >= 0) {
                    return begin;
                }
                throw wrong("has its boundary in a head, within a line or after half a line end: choose another"
                        + " boundary");
            }
        }
        return -1;
    }

    private static ApiError wrong(String what) {
        return ApiError.badRequest("invalid_form", null, "The form " + what);
    }
}
