package io.dromedary.upstream;

import io.dromedary.client.ApiError;
import io.dromedary.client.MemoryBudget;

/**
 * What one request takes of the memory budget beside its body: counted before the memory is taken, until
 * {@link #release}. Safe for several threads: two attempts of a request may take memory for the same thing.
 */
public final class HeldBytes {

    private static final long RETRY_AFTER_SECONDS = 1;

    private final MemoryBudget budget;
    private long bytes;
    private boolean ended;

    /** @param budget what counts them */
    public HeldBytes(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Gives back all that is counted. */
    public synchronized void release() {
        less(bytes);
    }

    /**
     * Gives back all that is counted, and has room for nothing more: nobody would give back what a hedge counts that
     * runs on when its request is over.
     */
    public synchronized void end() {
        ended = true;
        release();
    }

    /**
     * Counts {@code more} bytes.
     *
     * @throws ApiError 503 if there is no room for them
     */
    public void more(long more) {
        if (!tryMore(more)) {
            throw noRoom();
        }
    }

    /** Counts {@code more} bytes, if there is room for them. */
    public synchronized boolean tryMore(long more) {
        if (ended || !budget.reserve(more, bytes)) {
            return false;
        }
        bytes += more;
        return true;
    }

    /** Gives back {@code fewer} of the bytes that are counted. */
    public synchronized void less(long fewer) {
        bytes -= fewer;
        budget.release(fewer);
    }

    /** How many are counted. */
    public synchronized long bytes() {
        return bytes;
    }

    /** 503: there is no room. */
    public static ApiError noRoom() {
        return ApiError.busy("The gateway holds as many bytes as it may. Try again in a moment", RETRY_AFTER_SECONDS);
    }
}
