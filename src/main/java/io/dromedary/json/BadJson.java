package io.dromedary.json;

import java.io.IOException;

/** Bytes that are no JSON in UTF-8. */
public final class BadJson extends IOException {

    private final int line;
    private final int column;

    /**
     * What is wrong stands at {@code offset}.
     *
     * @param from where the JSON begins
     */
    BadJson(byte[] json, int from, int offset) {
        super("no JSON");
        int lines = 1;
        int begin = from;
        for (int at = from; at < Math.min(offset, json.length); at++) {
            if (json[at] == '\n') {
                lines++;
                begin = at + 1;
            }
        }
        this.line = lines;
        this.column = offset - begin + 1;
    }

    /** The line of what is wrong, from 1; lines end in a line feed. */
    public int line() {
        return line;
    }

    /** Its place in that line, from 1, in bytes. */
    public int column() {
        return column;
    }
}
