package io.dromedary.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import io.dromedary.ledger.Limit.Unit;

class LocalLedgerTest extends LedgerContract {

    @Override
    protected Ledger fresh() {
        return new LocalLedger(this::now);
    }

    @Test
    void threadsAtTheSameTimeNeverGetMoreThanThereIs() throws Exception {
        Ledger ledger = fresh();
        Limit rpm = Limit.perMinute("key:shop", "rpm", Unit.REQUESTS, 1_000);
        AtomicInteger granted = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        for (int i = 0; i < 8; i++) {
            threads.execute(() -> {
                for (int k = 0; k < 500; k++) {
                    granted.addAndGet(ledger.reserve(List.of(new Claim(rpm, 1)), 60_000).granted() ? 1 : 0);
                }
            });
        }
        threads.shutdown();
        assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
        assertEquals(1_000, granted.get());
    }
}
