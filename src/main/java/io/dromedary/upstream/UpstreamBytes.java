package io.dromedary.upstream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.ApiError;
import io.dromedary.client.UpstreamFailed;

/**
 * Reads a plain answer whole, under the clock between two reads, a limit of its own and the gateway's memory budget.
 * Every byte of its buffer counts there before it is taken, and while the buffer grows both of its sizes do.
 */
public final class UpstreamBytes {

    private static final int FIRST_BYTES = 2 * 1024;
    private static final int LARGEST = Integer.MAX_VALUE - 64;

    private UpstreamBytes() {
    }

    /**
     * @param in        the body of the answer
     * @param announced how many bytes it says that it has; negative where it does not say. No byte is held for what
     *                  has not come
     * @param limit     how many bytes it may have
     * @param held      what counts them
     * @throws UpstreamFailed if it is longer, or broken
     * @throws ApiError       503 if the gateway has no room for it
     */
    public static byte[] read(InputStream in, Attempt attempt, long announced, long limit, HeldBytes held)
            throws Exception {
        try {
            attempt.readingWhole();
            int size = 0;
            byte[] bytes = room(new byte[0], first(in.available(), announced, limit), held);
            for (int n = in.read(bytes); n >= 0; n = in.read(bytes, size, bytes.length - size)) {
                size += n;
                requireRoom(size, limit);
                attempt.readingWhole();
                if (size == bytes.length && size == announced) {
                    int more = in.read();
                    if (more < 0) {
                        return bytes;
                    }
                    requireRoom(size + 1, limit);
                    bytes = room(bytes, larger(size, announced, limit), held);
                    bytes[size++] = (byte) more;
                } else if (size == bytes.length) {
                    bytes = room(bytes, larger(size, announced, limit), held);
                }
            }
            return size == bytes.length ? bytes : room(bytes, size, held);
        } catch (IOException | IllegalStateException e) {
            throw attempt.causeOf(e);
        } finally {
            attempt.pauseClock();
        }
    }

    /** What is there already, or what is announced where that is little; it is not copied again when it has come. */
    private static long first(int available, long announced, long limit) {
        long little = announced > 0 && announced <= FIRST_BYTES ? announced : FIRST_BYTES;
        return Math.max(little, Math.min(available, limit));
    }

    private static void requireRoom(int size, long limit) {
        if (size > limit) {
            throw UpstreamFailed.unreadable("the answer is longer than " + limit + " bytes");
        }
    }

    /** Twice as much, but no more than is to come: where that is not known, one more than it may be. */
    private static long larger(int size, long announced, long limit) {
        long most = announced > size && announced <= limit ? announced : Math.min(limit + 1, LARGEST);
        return Math.max(size + 1L, Math.min(most, 2L * size));
    }

    private static byte[] room(byte[] bytes, long length, HeldBytes held) {
        held.more(length);
        byte[] other = Arrays.copyOf(bytes, (int) length);
        held.less(bytes.length);
        return other;
    }
}
