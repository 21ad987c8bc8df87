package io.dromedary.client;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the bytes of request bodies and plain answers that the gateway holds at one time, so that many large ones end
 * in a 503 and not in an out-of-memory error. Streams are not counted: each holds one buffer only.
 */
public final class MemoryBudget {

    private final long limit;
    private final AtomicLong held = new AtomicLong();

    /** @param limitBytes how much may be held; 0 for a quarter of the heap */
    public MemoryBudget(long limitBytes) {
        this.limit = limitBytes > 0 ? limitBytes : Runtime.getRuntime().maxMemory() / 4;
    }

    /** Reserves {@code bytes} if there is room; the caller gives exactly as many back by {@link #release}. */
    public boolean reserve(long bytes) {
        if (held.addAndGet(bytes) <= limit) {
            return true;
        }
        held.addAndGet(-bytes);
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
