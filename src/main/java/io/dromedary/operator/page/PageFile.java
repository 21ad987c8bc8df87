package io.dromedary.operator.page;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import io.vertx.core.buffer.Buffer;

/**
 * One file of the page, in the forms in which it is served.
 *
 * @param type  its media type
 * @param plain its bytes
 * @param gzip  its bytes, compressed; null where that saves nothing
 * @param tag   what its bytes are known by, without quotes
 */
record PageFile(String type, Buffer plain, Buffer gzip, String tag) {

    private static final int TAG_BYTES = 12;

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml",
            "txt", "text/plain; charset=utf-8");

    /** @throws IllegalArgumentException if no media type is known for such a name */
    static PageFile of(String name, byte[] bytes) {
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null) {
            throw new IllegalArgumentException("The page has a file of an unknown type: " + name);
        }
        byte[] small = compressed(bytes);
        return new PageFile(type, Buffer.buffer(bytes), small.length < bytes.length ? Buffer.buffer(small) : null,
                tagOf(bytes));
    }

    /** The first bytes of the SHA-256, as hexadecimal text. */
    static String tagOf(byte[] bytes) {
        return HexFormat.of().formatHex(sha256(bytes), 0, TAG_BYTES);
    }

    /** The SHA-256 of {@code bytes}. */
    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    private static byte[] compressed(byte[] bytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
