package io.dromedary.observe.usage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.LogLines;
import io.dromedary.json.TokenUsage;
import io.dromedary.observe.RequestRecord;

/** How totals are told apart by the hour, and what becomes of them where the file cannot be written. */
class UsageTotalsTest {

    private final TestClock clock = new TestClock();
    private final UsageTotals totals = new UsageTotals(clock, model -> model);

    @TempDir
    private Path folder;

    private static final class TestClock extends Clock {

        private Instant now = Instant.parse("2026-11-28T22:30:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }

        void passes(Duration time) {
            now = now.plus(time);
        }
    }

    private static RequestRecord request(String model) {
        return new RequestRecord("id", 0, "POST", "/v1/chat/completions", false, "master", model, "chat", false, 200,
                false, null, List.of(), List.of(), List.of(), 1, 1, 0, new TokenUsage(3, 2, 0, 0, 0, 5, false),
                new BigDecimal("0.1"), 1, 1, null, null);
    }

    private static long requests(Map<UsageKey, Usage> rows) {
        return rows.values().stream().mapToLong(Usage::requests).sum();
    }

    @Test
    void aDayBeginsAtMidnightInUtc() {
        totals.ended(request("m"));
        clock.passes(Duration.ofHours(1));
        totals.ended(request("m"));
        clock.passes(Duration.ofHours(1));
        totals.ended(request("m"));
        assertEquals(List.of(1L, 3L, 3L), List.of(requests(totals.today()), requests(totals.sinceStart()),
                requests(totals.all())));
        assertEquals("[2026-11-28T22:00:00Z, 2026-11-28T23:00:00Z, 2026-11-29T00:00:00Z]",
                totals.byHour().keySet().toString());
    }

    @Test
    void twoDaysOfHoursAreKept() {
        for (int i = 0; i < 100; i++) {
            totals.ended(request("m"));
            clock.passes(Duration.ofHours(1));
        }
        clock.passes(Duration.ofHours(-1));
        assertEquals(UsageTotals.HOURS, totals.byHour().size());
        assertEquals(100, requests(totals.sinceStart()));
    }

    @Test
    void everNewNamesTakeBoundedMemory() {
        for (int i = 0; i < 20_000; i++) {
            totals.ended(request("m" + i));
        }
        assertTrue(totals.sinceStart().size() < 6000, totals.sinceStart().size() + " rows");
        assertEquals(20_000, requests(totals.sinceStart()));
        assertTrue(totals.sinceStart().containsKey(UsageKey.REST));
    }

    @Test
    void anHourThatIsOverIsWrittenOnceAndTheLastOneAtTheEnd() throws IOException {
        Path path = folder.resolve("usage.jsonl");
        try (UsageFile file = UsageFile.open(path, totals)) {
            totals.ended(request("m"));
            file.write(false);
            assertEquals(List.of(), Files.readAllLines(path));
            clock.passes(Duration.ofHours(1));
            file.write(false);
            file.write(false);
            assertEquals(1, Files.readAllLines(path).size());
            totals.ended(request("m"));
            clock.passes(Duration.ofHours(-2)); // a clock that is set back
            file.write(false);
            clock.passes(Duration.ofHours(2));
        }
        List<String> lines = Files.readAllLines(path);
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("{\"hour\":\"2026-11-28T22:00:00Z\",\"model\":\"m\",\"key\":\"master\","
                + "\"deployment\":\"none\",\"requests\":1,\"failed\":0,"), lines.get(0));
        UsageTotals next = new UsageTotals(clock, model -> model);
        UsageFile.open(path, next).close();
        assertEquals(List.of(0L, 2L, 2L), List.of(requests(next.sinceStart()), requests(next.all()),
                requests(next.today())));
        assertEquals(Instant.parse("2026-11-28T22:00:00Z"), next.beginning());
    }

    @Test
    void whatCannotBeWrittenIsToldOnceAndWrittenLater() throws IOException {
        Path path = folder.resolve("usage.jsonl");
        try (UsageFile file = UsageFile.open(path, totals); LogLines log = LogLines.collect()) {
            Files.delete(path);
            Files.createDirectory(path);
            for (int i = 0; i < 3; i++) {
                totals.ended(request("m"));
                clock.passes(Duration.ofHours(1));
                file.write(false);
            }
            assertEquals(1, log.lines().stream().filter(line -> line.contains("could not be written")).count(),
                    log.lines().toString());
            Files.delete(path);
            file.write(false);
            assertEquals(3, Files.readAllLines(path).size());
            assertEquals(1, log.lines().stream().filter(line -> line.contains("are written to")).count());
        }
    }

    @Test
    void aDeviceIsNoFile() {
        assertEquals("it is no file", assertThrows(IOException.class,
                () -> UsageFile.open(folder, totals)).getMessage());
    }
}
