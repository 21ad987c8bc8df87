package io.dromedary.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowTest {

    @ParameterizedTest
    @CsvSource({
        "30, 2026-03-01T10:17:59Z, 2026-03-01T10:00:00Z, 2026-03-01T10:30:00Z",
        "1440, 2026-03-01T10:17:59Z, 2026-03-01T00:00:00Z, 2026-03-02T00:00:00Z",
        "10080, 2026-03-01T10:17:59Z, 2026-02-23T00:00:00Z, 2026-03-02T00:00:00Z",
        "43200, 2026-02-28T23:59:59Z, 2026-02-01T00:00:00Z, 2026-03-01T00:00:00Z"})
    void aWindowBeginsAndEndsWhereLiteLlmsDo(long minutes, Instant now, Instant begins, Instant ends) {
        Window window = new Window("", TimeUnit.MINUTES.toMillis(minutes));
        assertEquals(begins.toEpochMilli(), window.beginsMs(now.toEpochMilli()));
        assertEquals(ends.toEpochMilli(), window.endsMs(now.toEpochMilli()));
    }
}
