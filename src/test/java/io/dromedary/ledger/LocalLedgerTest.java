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

    @Test
    void whatIsReservedIsNotYetSpentForTheFile() {
        LocalLedger ledger = new LocalLedger(this::now);
        Limit budget = new Limit("key:shop", "budget", Unit.SPEND, 1_000, Window.FOREVER);
        Decision decision = ledger.reserve(List.of(new Claim(budget, 400)), 60_000);
        assertEquals(List.of(new Spend("key:shop", "budget", 0, 0)), ledger.spends());
        ledger.settle(decision, new long[] {300});
        assertEquals(List.of(new Spend("key:shop", "budget", 0, 300)), ledger.spends());
    }

    @Test
    void whatIsNotInUseIsForgottenAfterAWhile() {
        long[] now = {now()};
        LocalLedger ledger = new LocalLedger(() -> now[0]);
        Limit daily = new Limit("key:gone", "budget", Unit.SPEND, 1_000, new Window("1d", TimeUnit.DAYS.toMillis(1)));
        Limit kept = new Limit("key:kept", "budget", Unit.SPEND, 1_000, Window.FOREVER);
        for (Limit budget : List.of(daily, kept)) {
            ledger.settle(ledger.reserve(List.of(new Claim(budget, 400)), 60_000), new long[] {300});
        }
        assertEquals(2, ledger.spends().size());
        now[0] += TimeUnit.DAYS.toMicros(1);
        assertEquals(0, ledger.used(daily));
        assertEquals(List.of("key:kept"), ledger.spends().stream().map(Spend::account).toList());
    }
}
