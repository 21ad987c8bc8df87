package io.dromedary.observe.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A line as it is written, in UTF-8. A line has a hundred small pieces: copied into one array, they cost half of what
 * they cost a {@link StringBuilder}. Grows as it must; for one thread.
 */
final class LineBytes {

    private static final int MOST_DIGITS = 19;

    private byte[] bytes;
    private int length;

    /** @param usual for how many bytes there is room at first */
    LineBytes(int usual) {
        bytes = new byte[usual];
    }

    /** Adds an ASCII character. */
    void add(char c) {
        reserve(1);
        bytes[length++] = (byte) c;
    }

    /** Adds bytes as they are. */
    void add(byte[] more) {
        reserve(more.length);
        System.arraycopy(more, 0, bytes, length, more.length);
        length += more.length;
    }

    /** Adds a number of 0 or more in decimal digits; a lower one is added as 0. */
    void add(long number) {
        reserve(MOST_DIGITS);
        long rest = Math.max(0, number);
        int digits = 1;
        for (long bound = rest; bound >= 10; bound /= 10) {
            digits++;
        }
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    /**
     * Adds {@code text} in quotes, if it is of visible ASCII that JSON does not escape.
     *
     * @return false if it is not: nothing is added then
     */
    boolean addPlain(String text) {
        int size = text.length();
        reserve(size + 2);
        byte[] to = bytes;
        int at = length;
        to[at++] = '"';
        for (int i = 0; i < size; i++) {
            char c = text.charAt(i);
            if (!JsonText.isPlain(c)) {
                return false;
            }
            to[at++] = (byte) c;
        }
        to[at++] = '"';
        length = at;
        return true;
    }

    /** What holds the line, for whoever writes it: its first {@link #length} bytes. */
    byte[] array() {
        return bytes;
    }

    /** How many bytes the line has. */
    int length() {
        return length;
    }

    private void reserve(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }

    @Override
    public String toString() {
        return new String(bytes, 0, length, StandardCharsets.UTF_8);
    }
}
