package io.dromedary.upstream;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;

import io.dromedary.attempt.Attempt;
import io.dromedary.client.ApiError;
import io.dromedary.client.UpstreamFailed;

/**
 * Reads a plain answer whole, under the clock between two reads, a limit of its own and the gateway's memory budget.
 */
public final class UpstreamBytes {

    private static final int SMALLEST_BLOCK = 2 * 1024;
    private static final int LARGEST_BLOCK = 16 * 1024;

    private UpstreamBytes() {
    }

    /**
     * @param in    the body of the answer
     * @param limit how many bytes it may have
     * @param held  what counts them
     * @throws UpstreamFailed if it is longer, or broken
     * @throws ApiError      503 if the gateway has no room for it
     */
    public static byte[] read(InputStream in, Attempt attempt, long limit, HeldBytes held) throws Exception {
        try {
            attempt.readingWhole();
            byte[] block = block(in);
            ByteArrayOutputStream out = new ByteArrayOutputStream(block.length);
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                if (out.size() + n > limit) {
                    throw UpstreamFailed.unreadable("the answer is longer than " + limit + " bytes");
                }
                held.more(n);
                out.write(block, 0, n);
                attempt.readingWhole();
                block = block.length < LARGEST_BLOCK && in.available() > block.length ? block(in) : block;
            }
            return out.toByteArray();
        } catch (IOException | IllegalStateException e) {
            throw attempt.causeOf(e);
        } finally {
            attempt.pauseClock();
        }
    }

    /**
     * Most answers are there by now, and short: blocks of the largest size would be most of what a request allocates.
     */
    private static byte[] block(InputStream in) throws IOException {
        return new byte[Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, in.available()))];
    }
}
