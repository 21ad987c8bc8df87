package io.dromedary.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;

import io.dromedary.client.ApiError;
import io.dromedary.client.MemoryBudget;

/** What one request takes of the memory budget. */
class HeldBytesTest {

    private final MemoryBudget budget = new MemoryBudget(1 << 30);
    private final HeldBytes held = new HeldBytes(budget);

    @Test
    void whatSeveralThreadsTakeIsGivenBackToTheLastByte() {
        IntStream.range(0, 100_000).parallel().forEach(i -> held.more(1));
        held.release();
        assertEquals(0, budget.held());
    }

    @Test
    void whatIsTakenAfterTheEndIsRefused() {
        held.more(1);
        held.end();
        assertThrows(ApiError.class, () -> held.more(1));
        assertEquals(0, budget.held());
    }
}
