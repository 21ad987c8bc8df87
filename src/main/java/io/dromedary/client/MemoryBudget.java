package io.dromedary.client;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes that request bodies, plain answers and large events of streams take at one time, so that many of
 * them end in a 503 and not in an out-of-memory error. Counted is what is taken, before it is taken: a body as it came
 * and as it is sent, an answer as it was read and as it is made.
 */
public final class MemoryBudget {

    /** What is longer than so many bytes is large. */
    private static final long SMALL = 256 * 1024;

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /** @param limitBytes how much may be held; 0 for half of the heap */
    public MemoryBudget(long limitBytes) {
        this.limit = limitBytes > 0 ? limitBytes : Runtime.getRuntime().maxMemory() / 2;
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

    /** How many bytes may be held. */
    public long limit() {
        return limit;
    }

    /** Bytes held now. */
    public long held() {
        return held.get();
    }
}
