package io.dromedary.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.ledger.Limit.Unit;

/** What stands in the file of budgets, at times that the test sets. */
class SpendFileWritingTest {

    private static final Limit DAILY = new Limit("key:shop", "budget", Unit.SPEND, 1_000,
            new Window("1d", TimeUnit.DAYS.toMillis(1)));

    @TempDir
    private Path folder;
    private long now = 1_772_409_300_000_000L; // 1 March 2026, five minutes to midnight, in microseconds

    private List<String> lines() throws IOException {
        return Files.readAllLines(folder.resolve("spend")).stream().filter(line -> !line.isEmpty()).toList();
    }

    private SpendFile open(LocalLedger ledger) throws IOException {
        return SpendFile.open(folder.resolve("spend"), ledger);
    }

    private static void spend(LocalLedger ledger, long micros) {
        ledger.settle(ledger.reserve(List.of(new Claim(DAILY, 400)), 60_000), new long[] {micros});
    }

    @Test
    void aSumThatBeginsAnewIsWrittenAsZeroAndOneThatWasNeverSpentIsNot() throws IOException {
        LocalLedger ledger = new LocalLedger(() -> now);
        try (SpendFile file = open(ledger)) {
            spend(ledger, 0);
        }
        assertEquals(List.of(), lines());
        try (SpendFile file = open(ledger)) {
            spend(ledger, 300);
        }
        assertEquals(1, lines().size());
        assertTrue(lines().get(0).contains("\"micro_usd\":300"), lines().toString());
        LocalLedger next = new LocalLedger(() -> now);
        try (SpendFile file = open(next)) {
            assertEquals(300, next.used(DAILY));
            now += TimeUnit.MINUTES.toMicros(6);
            assertEquals(0, next.used(DAILY));
        }
        assertEquals(2, lines().size());
        assertTrue(lines().get(1).contains("2026-03-02T00:00:00Z") && lines().get(1).contains("\"micro_usd\":0"),
                lines().toString());
    }

    @Test
    void whatRunningRequestsHaveReservedIsNotWritten() throws IOException {
        LocalLedger ledger = new LocalLedger(() -> now);
        try (SpendFile file = open(ledger)) {
            spend(ledger, 300);
            assertTrue(ledger.reserve(List.of(new Claim(DAILY, 400)), 60_000).granted());
        }
        assertTrue(lines().get(0).contains("\"micro_usd\":300"), lines().toString());
    }

    @Test
    void oneGatewayAtATimeHasIt() throws IOException {
        LocalLedger ledger = new LocalLedger(() -> now);
        try (SpendFile file = open(ledger)) {
            IOException refused = assertThrows(IOException.class, () -> open(new LocalLedger(() -> now)));
            assertTrue(refused.getMessage().contains("another gateway writes to it"), refused.getMessage());
        }
        open(ledger).close();
    }
}
