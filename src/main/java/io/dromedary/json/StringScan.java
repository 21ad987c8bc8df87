package io.dromedary.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds where a JSON string ends, eight bytes at a time: a prompt is one long string. The grammar is RFC 8259's, the
 * encoding RFC 3629's, both held to strictly.
 */
final class StringScan {

    /** What is said of bytes that are no string. */
    static final int NONE = -1;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x80 * EACH;

    private StringScan() {
    }

    /**
     * From behind the opening quote to behind the closing one; {@link #NONE} if there is none, or no JSON or UTF-8
     * before it.
     */
    static int end(byte[] json, int from) {
        int at = from;
        while (at != NONE) {
            at = plain(json, at);
            byte next = byteAt(json, at);
            if (next == '"') {
                return at + 1;
            }
            at = next == '\\' ? escape(json, at + 1) : next < 0 ? manyBytes(json, at) : NONE;
        }
        return NONE;
    }

    /**
     * To the next byte that is not plain ASCII: a quote, a backslash, a control character or one of a longer character.
     */
    private static int plain(byte[] json, int from) {
        int at = from;
        while (at + 4 * Long.BYTES <= json.length && (others(json, at) | others(json, at + 8) | others(json, at + 16)
                | others(json, at + 24)) == 0) {
            at += 4 * Long.BYTES;
        }
        for (; at + Long.BYTES <= json.length; at += Long.BYTES) {
            long found = others(json, at);
            if (found != 0) {
                return at + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        while (at < json.length && json[at] >= 0x20 && json[at] != '"' && json[at] != '\\') {
            at++;
        }
        return at;
    }

    /**
     * The highest bit of each of eight bytes that is not plain. Of one that is plain it is not set, and taking away
     * sets it only where more is taken than there is: 1 from a backslash that is 0 by now; 0x21 from a quote, which is
     * 0x20 by now, and from a control character, which is less. What that borrows can set others further up, so only
     * the lowest is to be believed.
     */
    private static long others(byte[] json, int at) {
        long bytes = (long) LONGS.get(json, at);
        return ((bytes ^ 0x02 * EACH) - 0x21 * EACH | (bytes ^ '\\' * EACH) - EACH | bytes) & HIGHEST_BITS;
    }

    private static int escape(byte[] json, int at) {
        switch (byteAt(json, at)) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
                return at + 1;
            case 'u':
                for (int i = 1; i <= 4; i++) {
                    if (Character.digit(byteAt(json, at + i), 16) < 0) {
                        return NONE;
                    }
                }
                return at + 5;
            default:
                return NONE;
        }
    }

    /** Behind a run of characters of two to four bytes. */
    private static int manyBytes(byte[] json, int from) {
        int at = from;
        while (at < json.length && json[at] < 0) {
            int first = json[at] & 0xFF;
            int second = byteAt(json, at + 1) & 0xFF;
            int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
            // RFC 3629's table: no longer form than needed, no surrogates, nothing above U+10FFFF.
            int least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
            int most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
            if (first < 0xC2 || first > 0xF4 || second < least || second > most
                    || more > 1 && (byteAt(json, at + 2) & 0xC0) != 0x80 || more > 2
                    && (byteAt(json, at + 3) & 0xC0) != 0x80) {
                return NONE;
            }
            at += more + 1;
        }
        return at;
    }

    /** Whether these bytes stand there. */
    static boolean startsWith(byte[] json, int at, byte[] bytes) {
        return at + bytes.length <= json.length
                && Arrays.equals(json, at, at + bytes.length, bytes, 0, bytes.length);
    }

    /** The byte there; behind the end 0, which has no place in JSON. */
    static byte byteAt(byte[] json, int at) {
        return at < json.length ? json[at] : 0;
    }
}
