package io.dromedary.dialect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Bytes that are kept until an answer or a request is whole; what it takes of memory is told before it is taken. */
public final class Held extends ByteArrayOutputStream {

    /** Less than that is not worth the counting. */
    private static final int SMALL = 4 * 1024;
    private static final int FIRST = 64;
    private static final int LARGEST = Integer.MAX_VALUE - 16;

    private final LongConsumer takes;

    /** @param takes is told how many bytes are about to be taken; it may throw */
    public Held(LongConsumer takes) {
        this(takes, 0);
    }

    /** @param expected how many bytes there will be, as far as that is known */
    public Held(LongConsumer takes, int expected) {
        super(0);
        this.takes = takes;
        if (expected > 0) {
            grow(expected);
        }
    }

    private void grow(long least) {
        if (least > LARGEST) {
            throw new OutOfMemoryError("more than an array holds");
        }
        int length = (int) Math.min(LARGEST, Math.max(least, Math.max(FIRST, 2L * buf.length)));
        if (length > SMALL) {
            takes.accept(length);
        }
        buf = Arrays.copyOf(buf, length);
    }

    @Override
    public void write(int b) {
        if (count == buf.length) {
            grow(count + 1L);
        }
        buf[count++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        if (length > buf.length - count) {
            grow((long) count + length);
        }
        System.arraycopy(bytes, from, buf, count, length);
        count += length;
    }

    @Override
    public void writeBytes(byte[] bytes) {
        write(bytes, 0, bytes.length);
    }

    /** The bytes of text of ASCII. */
    public static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Appends text of ASCII. */
    public Held add(String ascii) {
        writeBytes(ascii(ascii));
        return this;
    }

    /** Appends the bytes from {@code from} to {@code to}. */
    public Held add(byte[] bytes, int from, int to) {
        write(bytes, from, to - from);
        return this;
    }

    /** Appends all that another one holds. */
    public Held add(Held other) {
        write(other.buf, 0, other.count);
        return this;
    }

    /** Appends what another one holds from {@code from} to {@code to}. */
    public Held add(Held other, int from, int to) {
        write(other.buf, from, to - from);
        return this;
    }

    /** Appends what it holds from {@code from} on to {@code out}. */
    public void copy(int from, ByteArrayOutputStream out) {
        out.write(buf, from, count - from);
    }

    /** Appends what another one holds from {@code from} on. */
    public Held add(Held other, int from) {
        write(other.buf, from, other.count - from);
        return this;
    }

    /** Appends the value of a field as it stands. */
    public Held value(Slots slots, String field) {
        return add(slots.json(), slots.start(field), slots.end(field));
    }

    /** Appends the inside of a field's text, without its quotes and with its escapes. */
    public Held inside(Slots slots, String field) {
        return add(slots.json(), slots.start(field) + 1, slots.end(field) - 1);
    }

    /** Appends JSON as the inside of a JSON string that says it, byte for byte. */
    public Held escaped(byte[] json, int from, int to) {
        int run = from;
        for (int at = from; at < to; at++) {
            byte b = json[at];
            char escape = b == '"' || b == '\\' ? (char) b : b == '\n' ? 'n' : b == '\r' ? 'r' : b == '\t' ? 't' : 0;
            if (escape != 0) {
                write(json, run, at - run);
                write('\\');
                write(escape);
                run = at + 1;
            }
        }
        write(json, run, to - run);
        return this;
    }

    /** Whether it holds nothing. */
    public boolean isEmpty() {
        return count == 0;
    }

    /** Empties it; what was much is let go. */
    public void clear() {
        count = 0;
        if (buf.length > SMALL) {
            buf = new byte[0];
        }
    }

    /** Its bytes, without a copy where there is no room left in it; it is not used any more. */
    public byte[] bytes() {
        if (count < buf.length && count > SMALL) {
            takes.accept(count);
        }
        return count == buf.length ? buf : Arrays.copyOf(buf, count);
    }

    /** A copy of the bytes, counted. */
    public byte[] copied() {
        if (count > SMALL) {
            takes.accept(count);
        }
        return Arrays.copyOf(buf, count);
    }
}
