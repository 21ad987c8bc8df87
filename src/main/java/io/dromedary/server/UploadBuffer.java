package io.dromedary.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

import io.dromedary.client.MemoryBudget;

/**
 * Holds a body as it comes, on the heap. It grows with what has come, never by what was announced, and every byte of
 * its memory is in the budget. While it grows there is a second copy for a moment, one at most on each event loop,
 * which is not counted.
 */
final class UploadBuffer {

    private static final int FIRST_BYTES = 16 * 1024;

    private final MemoryBudget budget;
    private final long most;
    private ByteBuf bytes = Unpooled.EMPTY_BUFFER;

    /** @param most how many bytes it will hold at most: what was announced, or the limit of bodies */
    UploadBuffer(MemoryBudget budget, long most) {
        this.budget = budget;
        this.most = most;
    }

    /** Takes what has come; false, and nothing is taken, if the budget has no room for it. */
    boolean add(Buffer more) {
        ByteBuf added = more.getByteBuf();
        int needed = bytes.readableBytes() + added.readableBytes();
        if (needed > bytes.capacity() && !grow(needed)) {
            return false;
        }
        bytes.writeBytes(added);
        return true;
    }

    private boolean grow(int needed) {
        int capacity = (int) Math.max(needed, Math.min(most, Math.max(FIRST_BYTES, 2L * bytes.capacity())));
        if (!budget.reserve(capacity - bytes.capacity(), bytes.capacity())) {
            return false;
        }
        bytes = Unpooled.buffer(capacity, capacity).writeBytes(bytes);
        return true;
    }

    /** All of it. */
    Buffer whole() {
        return Buffer.buffer(bytes);
    }

    /** Gives its memory back. */
    void release() {
        budget.release(bytes.capacity());
        bytes = Unpooled.EMPTY_BUFFER;
    }
}
