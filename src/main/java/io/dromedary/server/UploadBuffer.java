package io.dromedary.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

import io.dromedary.client.MemoryBudget;

/**
 * Holds a body as it comes, on the heap. It grows with what has come, never by what was announced, and every byte of
 * its memory is in the budget: while it grows, both of its sizes are.
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
        if (needed > bytes.capacity() && !resize(needed)) {
            return false;
        }
        bytes.writeBytes(added);
        return true;
    }

    /** To what is needed and more, or to what is needed where that is less. */
    private boolean resize(int needed) {
        int capacity = needed <= bytes.capacity() ? needed
                : (int) Math.max(needed, Math.min(most, Math.max(FIRST_BYTES, 2L * bytes.capacity())));
        if (!budget.reserve(capacity, 0)) {
            return false;
        }
        int before = bytes.capacity();
        bytes = Unpooled.buffer(capacity, capacity).writeBytes(bytes);
        budget.release(before);
        return true;
    }

    /** What has come, in an array that may have room for more. */
    Buffer soFar() {
        return Buffer.buffer(bytes);
    }

    /** All of it, in an array that holds nothing else; null if the budget has no room for that. */
    Buffer whole() {
        boolean exact = bytes.readableBytes() == bytes.capacity() || resize(bytes.readableBytes());
        return exact ? Buffer.buffer(bytes) : null;
    }

    /** Gives its memory back. */
    void release() {
        budget.release(bytes.capacity());
        bytes = Unpooled.EMPTY_BUFFER;
    }
}
