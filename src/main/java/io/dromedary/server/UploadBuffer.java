package io.dromedary.server;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;

import io.dromedary.client.MemoryBudget;

/**
 * Holds a body as it comes, on the heap. Long pieces are kept as they came; short ones, and what fits behind them, are
 * copied into blocks. It grows with what has come, never by what was announced, and every byte of its memory is in the
 * budget: while the pieces are put together, both they and the whole are.
 */
final class UploadBuffer {

    private static final int BLOCK_BYTES = 16 * 1024;
    /** What is shorter is copied: a buffer by itself takes a hundred bytes beside what it holds. */
    private static final int LONG_BYTES = 2 * 1024;

    private final MemoryBudget budget;
    private final long most;
    private final List<ByteBuf> pieces = new ArrayList<>(2);
    /** The last of the pieces where it is a block that has room; else null. */
    private ByteBuf block;
    private int size;
    private long reserved;

    /** @param most how many bytes it will hold at most: what was announced, or the limit of bodies */
    UploadBuffer(MemoryBudget budget, long most) {
        this.budget = budget;
        this.most = most;
    }

    /**
     * Takes what has come; false, and nothing is taken, if the budget has no room for it.
     *
     * @param more the buffer's own from then on
     */
    boolean add(Buffer more) {
        ByteBuf added = more.getByteBuf();
        int length = added.readableBytes();
        int room = block == null ? 0 : block.writableBytes();
        if (length == 0) {
            return true;
        }
        if (length <= room) {
            block.writeBytes(added);
        } else if (length >= LONG_BYTES && added.hasArray()) {
            if (!reserve(added.array().length, reserved)) {
                return false;
            }
            pieces.add(added);
            block = null;
        } else {
            int capacity = (int) Math.max(length - room, Math.min(most - size - room, BLOCK_BYTES));
            if (!reserve(capacity, reserved)) {
                return false;
            }
            if (room > 0) {
                block.writeBytes(added, room);
            }
            block = Unpooled.buffer(capacity, capacity).writeBytes(added);
            pieces.add(block);
        }
        size += length;
        return true;
    }

    private boolean reserve(int bytes, long before) {
        boolean room = budget.reserve(bytes, before);
        reserved += room ? bytes : 0;
        return room;
    }

    /** What has come, in pieces. */
    Buffer soFar() {
        return Buffer.buffer(Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new)));
    }

    /** All of it, in an array that holds nothing else; null if the budget has no room for that. */
    Buffer whole() {
        if (pieces.size() != 1 || !isExact(pieces.get(0))) {
            // Its own length says whether a body is large, and not that it is held twice for a moment.
            if (!reserve(size, 0)) {
                return null;
            }
            ByteBuf whole = Unpooled.buffer(size, size);
            pieces.forEach(whole::writeBytes);
            pieces.clear();
            pieces.add(whole);
            block = null;
            budget.release(reserved - size);
            reserved = size;
        }
        return Buffer.buffer(pieces.get(0));
    }

    private static boolean isExact(ByteBuf piece) {
        return piece.hasArray() && piece.array().length == piece.readableBytes();
    }

    /** Gives its memory back. */
    void release() {
        budget.release(reserved);
        reserved = 0;
        pieces.clear();
        block = null;
    }
}
