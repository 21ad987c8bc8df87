package io.dromedary.cache;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * What one client is sent, on its way into the cache. It is given up where it becomes too long, or where there is no
 * room: the client's answer goes on. Used by whoever writes the answer, one thread after the other.
 */
public final class AnswerRecord {

    /** About what an array takes beside its bytes. */
    private static final int BESIDE_BYTES = 24;

    private final long most;
    private final LongPredicate room;
    private List<byte[]> parts = new ArrayList<>();
    private long length;
    private String type;

    /**
     * @param most how many bytes an answer may have that is kept
     * @param room counts so many bytes more, and says whether there is room for them
     */
    AnswerRecord(long most, LongPredicate room) {
        this.most = most;
        this.room = room;
    }

    /** These bytes are sent; the array is not changed any more. */
    public void add(byte[] bytes) {
        if (parts == null || bytes.length == 0) {
            return;
        }
        length += bytes.length;
        // Once as it comes, and once more when it is made one.
        if (length > most || !room.test(2L * bytes.length + BESIDE_BYTES)) {
            parts = null;
        } else {
            parts.add(bytes);
        }
    }

    /** All of the answer has been sent, and it is what the client asked for. */
    public void whole(String contentType) {
        type = contentType;
    }

    /** The content type of the whole answer; null while it is none that is kept. */
    public String type() {
        return parts == null || parts.isEmpty() ? null : type;
    }

    /** All of its bytes; the record has none afterwards. */
    public byte[] take() {
        byte[] all = parts.size() == 1 ? parts.get(0) : new byte[(int) length];
        if (parts.size() > 1) {
            int at = 0;
            for (byte[] part : parts) {
                System.arraycopy(part, 0, all, at, part.length);
                at += part.length;
            }
        }
        parts = null;
        return all;
    }
}
