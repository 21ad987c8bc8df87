package io.dromedary.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the byte 0xFF, which stands nowhere in UTF-8 (RFC 3629). Jackson remembers field names in words of four bytes
 * that it pads with 0xFF ({@code ByteQuadsCanonicalizer}), so once it has seen {@code model} it takes {@code mode\xFFl}
 * for the same name: a request would be routed by a field that its upstream does not see. Other invalid bytes Jackson
 * finds by itself.
 */
final class NeverInUtf8 {

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long LOWEST_BITS = 0x0101010101010101L;
    private static final long HIGHEST_BITS = 0x8080808080808080L;

    private NeverInUtf8() {
    }

    /** Whether it is among those {@code length} bytes. Looks at eight at a time: a body may have many millions. */
    static boolean isIn(byte[] bytes, int from, int length) {
        int end = from + length;
        int at = from;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            long inverted = ~(long) LONGS.get(bytes, at);
            // A byte of 0xFF is 0 now, and only from a 0 does taking away 1 set a highest bit that was not set.
            if ((inverted - LOWEST_BITS & ~inverted & HIGHEST_BITS) != 0) {
                return true;
            }
        }
        for (; at < end; at++) {
            if (bytes[at] == (byte) 0xFF) {
                return true;
            }
        }
        return false;
    }
}
