package io.dromedary.upstream;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;

/** Reads {@code Retry-After} (RFC 9110, 10.2.3), which is a number of seconds or a date. */
public final class RetryAfter {

    private RetryAfter() {
    }

    /** In seconds from now, never negative; empty if it is neither. */
    public static OptionalLong seconds(String value) {
        String text = value.trim();
        try {
            if (text.matches("\\d{1,9}")) {
                return OptionalLong.of(Long.parseLong(text));
            }
            Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
            // Rounded up: coming back a moment too early is coming back twice.
            return OptionalLong.of(Math.max(0, Duration.between(Instant.now(), date).plusMillis(999).toSeconds()));
        } catch (DateTimeException e) {
            return OptionalLong.empty();
        }
    }
}
