package io.dromedary.client;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of request bodies and plain answers that the gateway holds at one time, so that many large ones end
 * in a 503 and not in an out-of-memory error. Streams are not counted: each holds one buffer only.
 */
public final class MemoryBudget {

    /** What is longer than so many bytes is large. */
    private static final long SMALL = 256 * 1024;

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /** @param limitBytes how much may be held; 0 for a quarter of the heap */
    public MemoryBudget(long limitBytes) {
        this.limit = limitBytes > 0 ? limitBytes : Runtime.getRuntime().maxMemory() / 4;
    }

    /**
     * Reserves {@code more} bytes if there is room; the caller gives exactly as many back by {@link #release}. Large
     * bodies and answers leave a quarter of the budget alone: a few that nobody reads must not keep all others out.
     *
     * @param before how many bytes the same body or answer has reserved so far
     */
    public boolean reserve(long more, long before) {
        long most = before + more > SMALL ? limit - limit / 4 : limit;
        if (held.addAndGet(more) <= most) {
            return true;
        }
        held.addAndGet(-more);
        return false;
    }

    /** Gives reserved bytes back. */
    public void release(long bytes) {
        held.addAndGet(-bytes);
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }
}
