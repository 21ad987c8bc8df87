package io.dromedary.cache;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * An answer as bytes that another process reads: a letter for the form, when it was given, its length, its content
 * type, and its body, compressed where that has more than {@value #SMALL} bytes.
 */
final class StoredForm {

    /** Up to so many bytes, compressing gains less than it costs. */
    static final int SMALL = 1024;

    private static final byte PLAIN = 'a';
    private static final byte DEFLATED = 'b';
    private static final int HEAD = 1 + Long.BYTES + Integer.BYTES + 1;
    private static final int BLOCK = 16 * 1024;

    private StoredForm() {
    }

    static byte[] of(CachedAnswer answer) {
        byte[] type = answer.type().getBytes(StandardCharsets.UTF_8);
        int typeLength = Math.min(type.length, Byte.MAX_VALUE);
        boolean deflates = answer.body().length > SMALL;
        byte[] body = deflates ? deflated(answer.body()) : answer.body();
        return ByteBuffer.allocate(HEAD + typeLength + body.length).put(deflates ? DEFLATED : PLAIN)
                .putLong(answer.storedAt()).putInt(answer.body().length).put((byte) typeLength)
                .put(type, 0, typeLength).put(body).array();
    }

    /**
     * Reads what {@link #of} has made.
     *
     * @param longest how many bytes its body may have
     * @return empty where it is something else, or its body is longer
     */
    static Optional<CachedAnswer> read(byte[] bytes, int longest) {
        if (bytes.length < HEAD || bytes[0] != PLAIN && bytes[0] != DEFLATED) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        long storedAt = buffer.getLong();
        int length = buffer.getInt();
        int typeLength = buffer.get();
        if (length < 0 || length > longest || typeLength < 0 || typeLength > buffer.remaining()) {
            return Optional.empty();
        }
        String type = new String(bytes, HEAD, typeLength, StandardCharsets.UTF_8);
        int from = HEAD + typeLength;
        byte[] body = bytes[0] == PLAIN ? Arrays.copyOfRange(bytes, from, bytes.length) : inflated(bytes, from, length);
        return body == null || body.length != length ? Optional.empty()
                : Optional.of(new CachedAnswer(body, type, storedAt));
    }

    private static byte[] deflated(byte[] body) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        try {
            deflater.setInput(body);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(body.length / 2);
            byte[] block = new byte[BLOCK];
            while (!deflater.finished()) {
                out.write(block, 0, deflater.deflate(block));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /** Null where it is not whole, or more than its length. */
    private static byte[] inflated(byte[] bytes, int from, int length) {
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(bytes, from, bytes.length - from);
            byte[] body = new byte[length];
            int at = 0;
            while (at < length) {
                int more = inflater.inflate(body, at, length - at);
                if (more == 0) {
                    return null;
                }
                at += more;
            }
            inflater.inflate(new byte[1]); // to its end, which may follow its last byte
            return inflater.finished() ? body : null;
        } catch (DataFormatException e) {
            return null;
        } finally {
            inflater.end();
        }
    }
}
