package io.dromedary.json;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON text that an edit has made, in slices. A long part of the text before stays where it was. So a request of many
 * megabytes is not copied to change the name of its model. Immutable, as long as nobody changes the arrays that it is
 * made of.
 */
public final class JsonSlices {

    /** A shorter text is put together at once, in bytes: one array is cheaper to handle than several slices. */
    private static final int SHORT = 64 * 1024;
    /** A shorter part is copied, in bytes, so that there are few slices however much is edited. */
    private static final int SHORTEST_SLICE = 1024;

    private final List<ByteBuffer> slices;
    private final int length;

    private JsonSlices(List<ByteBuffer> slices, int length) {
        this.slices = slices;
        this.length = length;
    }

    /** A text that stands in one array. */
    public static JsonSlices of(byte[] json) {
        return new JsonSlices(List.of(ByteBuffer.wrap(json)), json.length);
    }

    /**
     * How many bytes are copied at most where {@code edits} fields of a text of {@code length} bytes are edited; new
     * values are not counted.
     */
    public static long copied(int length, int edits) {
        return length > SHORT ? Math.min(length, 2L * SHORTEST_SLICE * edits) : length;
    }

    /** How many bytes it has. */
    public int length() {
        return length;
    }

    /** Its slices, in their order: views with positions of their own, of arrays that must not be changed. */
    public List<ByteBuffer> slices() {
        if (slices.size() == 1) {
            return List.of(slices.get(0).duplicate());
        }
        List<ByteBuffer> views = new ArrayList<>(slices.size());
        for (ByteBuffer slice : slices) {
            views.add(slice.duplicate());
        }
        return views;
    }

    /** All of it in one array, which must not be changed; one of several slices is put together for each call. */
    public byte[] bytes() {
        ByteBuffer first = slices.get(0);
        return slices.size() == 1 && first.remaining() == first.array().length ? first.array()
                : joined(slices, length);
    }

    private static byte[] joined(List<ByteBuffer> slices, int length) {
        byte[] all = new byte[length];
        int at = 0;
        for (ByteBuffer slice : slices) {
            System.arraycopy(slice.array(), slice.position(), all, at, slice.remaining());
            at += slice.remaining();
        }
        return all;
    }

    /** The text. */
    @Override
    public String toString() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    /** Makes one, part after part. Used once. */
    static final class Writer {

        private final List<ByteBuffer> slices = new ArrayList<>(4);
        private final ByteArrayOutputStream copied;
        private int length;

        /** @param about how long it will be, in bytes; it may become longer */
        Writer(int about) {
            copied = new ByteArrayOutputStream(Math.min(about, SHORTEST_SLICE) + 64);
        }

        void add(byte[] bytes) {
            add(bytes, 0, bytes.length);
        }

        void add(byte[] bytes, int from, int count) {
            if (count < SHORTEST_SLICE) {
                copied.write(bytes, from, count);
            } else {
                endCopied();
                slices.add(ByteBuffer.wrap(bytes, from, count));
            }
            length += count;
        }

        private void endCopied() {
            if (copied.size() > 0) {
                slices.add(ByteBuffer.wrap(copied.toByteArray()));
                copied.reset();
            }
        }

        JsonSlices end() {
            endCopied();
            return length > SHORT || slices.size() == 1 ? new JsonSlices(slices, length)
                    : of(joined(slices, length));
        }
    }
}
