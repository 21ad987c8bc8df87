package io.dromedary.ledger;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The time over which a limit holds. Budgets begin anew where LiteLLM's do: a day at midnight, a week on Monday, 30
 * days and a month on the first of a month, any other length at its multiples since 1970; all in UTC. So several
 * gateways, and one after a restart, agree without asking.
 *
 * @param text   as it is written, such as {@code 30d}; empty for a budget that never begins anew
 * @param lengthMs its length in ms; 0 for one that never ends. A month counts as 30 days
 */
public record Window(String text, long lengthMs) {

    /** One minute. */
    public static final Window MINUTE = new Window("1m", 60_000);
    /** One that never ends. */
    public static final Window FOREVER = new Window("", 0);

    private static final long DAY = 86_400_000L;
    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,6})(s|m|h|d|w|mo)");
    private static final Map<String, Long> UNITS = Map.of("s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", DAY,
            "w", 7 * DAY, "mo", 30 * DAY);

    /**
     * The window that LiteLLM's {@code budget_duration} names: a number and {@code s}, {@code m}, {@code h}, {@code d},
     * {@code w} or {@code mo}.
     *
     * @return empty if it is none; several months are none either
     */
    public static Optional<Window> written(String text) {
        Matcher matcher = WRITTEN.matcher(text.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(matcher.group(1));
        boolean fits = count > 0 && (count == 1 || !matcher.group(2).equals("mo"));
        return fits ? Optional.of(new Window(matcher.group(), count * UNITS.get(matcher.group(2)))) : Optional.empty();
    }

    /** When the window began that holds at {@code nowMs}, in ms since 1970. */
    public long beginsMs(long nowMs) {
        if (lengthMs == 0) {
            return 0;
        }
        if (isMonth()) {
            return day(nowMs).withDayOfMonth(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        }
        if (lengthMs == 7 * DAY) {
            return day(nowMs).with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY)).atStartOfDay(ZoneOffset.UTC)
                    .toInstant().toEpochMilli();
        }
        return Math.floorDiv(nowMs, lengthMs) * lengthMs;
    }

    /** When the window ends that holds at {@code nowMs}, in ms since 1970; {@code Long.MAX_VALUE} for never. */
    public long endsMs(long nowMs) {
        if (lengthMs == 0) {
            return Long.MAX_VALUE;
        }
        if (isMonth()) {
            return day(nowMs).withDayOfMonth(1).plusMonths(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
        }
        return beginsMs(nowMs) + lengthMs;
    }

    private boolean isMonth() {
        return lengthMs == 30 * DAY;
    }

    private static LocalDate day(long nowMs) {
        return Instant.ofEpochMilli(nowMs).atOffset(ZoneOffset.UTC).toLocalDate();
    }
}
