package io.dromedary.relay;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Bytes that are collected, and handed on when they are whole. Few are kept in a small buffer that is used again; many
 * take no more memory than they are, are handed on without a copy, and leave no large buffer behind.
 */
final class Collected extends ByteArrayOutputStream {

    /** Beyond this a buffer is not kept, and grows by what comes only. */
    private static final int LARGE = 64 * 1024;

    private final int usual;

    /** @param usual how many bytes there are at most times */
    Collected(int usual) {
        super(usual);
        this.usual = usual;
    }

    /** Makes room for so many bytes more, which come at once. */
    void room(int more) {
        if (buf.length - count < more) {
            buf = Arrays.copyOf(buf, more < LARGE ? Math.max(count + more, 2 * buf.length) : count + more);
        }
    }

    /** The buffer, in which {@link #size} bytes are collected. */
    byte[] buffer() {
        return buf;
    }

    /** All of them; none are collected afterwards. */
    byte[] takeAll() {
        byte[] all = count == buf.length ? buf : Arrays.copyOf(buf, count);
        if (all == buf || buf.length > LARGE) {
            buf = new byte[usual];
        }
        count = 0;
        return all;
    }

    /** None are collected afterwards. */
    void clear() {
        if (buf.length > LARGE) {
            buf = new byte[usual];
        }
        count = 0;
    }
}
