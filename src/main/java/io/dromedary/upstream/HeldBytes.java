package io.dromedary.upstream;

import io.dromedary.client.ApiError;
import io.dromedary.client.MemoryBudget;

/** Bytes of one answer that the memory budget counts until {@link #release}. */
public final class HeldBytes {

    private static final long RETRY_AFTER_SECONDS = 1;

    private final MemoryBudget budget;
    private long bytes;

    /** @param budget what counts them */
    public HeldBytes(MemoryBudget budget) {
        this.budget = budget;
    }

    /** Gives back all that was counted; to be called once, when the answer has been sent. */
    public void release() {
        budget.release(bytes);
    }

    /**
     * Counts {@code more} bytes.
     *
     * @throws ApiError 503 if there is no room for them
     */
    void more(int more) {
        if (!budget.reserve(more, bytes)) {
            throw ApiError.busy("The gateway holds as many bytes as it may. Try again in a moment",
                    RETRY_AFTER_SECONDS);
        }
        bytes += more;
    }
}
