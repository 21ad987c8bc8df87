package io.dromedary.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.client.MemoryBudget;

/** Bodies in pieces of any length, and what they take of the memory budget. */
class UploadBufferTest {

    private static final long ROOM = 64 * 1024 * 1024;
    private static final long UNKNOWN = 10 * 1024 * 1024;

    private final MemoryBudget budget = new MemoryBudget(ROOM);

    private static Buffer piece(byte[] of, int from, int length) {
        return Buffer.buffer(Unpooled.copiedBuffer(of, from, length));
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @CsvSource({"335, 335, 335", "300000, 65536, 65536", "300000, 1, 5000", "40000, 2047, 2048", "40000, 2048, 2047",
            "16385, 16384, 1", "50000, 1, 1", "100000, 1999, 40000", "0, 1, 1"})
    void theBodyIsWhatCameInItsOrder(int length, int one, int other) {
        byte[] body = bytes(length);
        for (long most : new long[] {length, UNKNOWN}) {
            UploadBuffer buffer = new UploadBuffer(budget, most);
            boolean odd = false;
            for (int at = 0; at < length;) {
                int next = Math.min(length - at, odd ? one : other);
                assertTrue(buffer.add(piece(body, at, next)));
                at += next;
                odd = !odd;
            }
            assertArrayEquals(body, buffer.soFar().getBytes());
            ByteBuf whole = buffer.whole().getByteBuf();
            assertArrayEquals(body, whole.array(), "and nothing else");
            assertEquals(length, budget.held());
            buffer.release();
            assertEquals(0, budget.held());
        }
    }

    @Test
    void aBodyThatComesAtOnceIsNotCopied() {
        Buffer piece = piece(bytes(5000), 0, 5000);
        UploadBuffer buffer = new UploadBuffer(budget, 5000);
        assertTrue(buffer.add(Buffer.buffer()), "an empty piece is none");
        assertTrue(buffer.add(piece));
        assertSame(piece.getByteBuf().array(), buffer.whole().getByteBuf().array());
    }

    @Test
    void memoryGrowsWithWhatCameAndNotWithWhatWasAnnounced() {
        UploadBuffer buffer = new UploadBuffer(budget, UNKNOWN);
        for (int i = 0; i < 100_000; i++) {
            assertTrue(buffer.add(piece(new byte[1], 0, 1)));
        }
        assertTrue(budget.held() < 100_000 + 16 * 1024, budget.held() + " for 100,000 bytes that came one by one");
        buffer.release();
    }

    @Test
    void shortPiecesBetweenLongOnesTakeNoBlockEach() {
        UploadBuffer buffer = new UploadBuffer(budget, UNKNOWN);
        for (int i = 0; i < 100; i++) {
            assertTrue(buffer.add(piece(new byte[1], 0, 1)));
            assertTrue(buffer.add(piece(new byte[2048], 0, 2048)));
        }
        assertTrue(budget.held() < 204_900 + 3 * 16 * 1024, budget.held() + " for 204,900 bytes");
        buffer.release();
    }

    @Test
    void whatHasNoRoomInTheBudgetIsRefusedAndNothingIsKeptOfIt() {
        MemoryBudget small = new MemoryBudget(100_000);
        UploadBuffer buffer = new UploadBuffer(small, UNKNOWN);
        assertTrue(buffer.add(piece(bytes(60_000), 0, 60_000)));
        assertFalse(buffer.add(piece(bytes(60_000), 0, 60_000)));
        assertEquals(60_000, small.held());
        assertTrue(buffer.add(piece(bytes(1000), 0, 1000)), "there is room for a block");
        byte[] filling = bytes(14_000);
        for (int at = 0; at < filling.length; at += 1000) {
            assertTrue(buffer.add(piece(filling, at, 1000)));
        }
        assertTrue(small.reserve(15_000, 0), "another body");
        assertFalse(buffer.add(piece(filling, 0, 1999)), "a part of it would fit into the block");
        small.release(15_000);
        assertEquals(75_000, buffer.soFar().length(), "none of it was taken");
        assertNull(buffer.whole(), "there is none for the pieces and the whole");
        buffer.release();
        assertEquals(0, small.held());
    }
}
