package io.dromedary.observe.usage;

import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.UnaryOperator;

import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecord;

/**
 * What requests have used, by model, key and deployment: since the start, by the hour for two days, and with what a
 * file had kept, since that file's beginning. Counted are the requests that asked for a model, each in the hour in
 * which it ended. Outlives a reload. Safe for several threads.
 */
public final class UsageTotals implements RecordReader {

    /** How many hours are kept, the one that runs included. */
    public static final int HOURS = 48;

    private static final long SETTLED_SECONDS = 5;

    private final Clock clock;
    private final UnaryOperator<String> names;
    private final Instant start;
    private final UsageTable sinceStart = UsageTable.empty();
    private final NavigableMap<Instant, UsageTable> hours = new ConcurrentSkipListMap<>();
    private final NavigableMap<Instant, UsageTable> hoursBefore = new ConcurrentSkipListMap<>();
    private final UsageTable before = UsageTable.empty();
    private volatile Instant beginning;

    /**
     * @param names the name under which a model is counted: one of the configuration's, which bounds how many there
     *              are; null for what it does not know
     */
    public UsageTotals(Clock clock, UnaryOperator<String> names) {
        this.clock = clock;
        this.names = names;
        this.start = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        this.beginning = start;
    }

    @Override
    public void ended(RequestRecord record) {
        if (record.operation() == null && record.model() == null) {
            return;
        }
        UsageKey key = keyOf(record);
        Usage usage = Usage.of(record);
        sinceStart.add(key, usage);
        hour(hours, hourOf(clock.instant())).add(key, usage);
    }

    private UsageKey keyOf(RequestRecord record) {
        AttemptRecord last = record.last();
        String model = record.model() == null ? null : names.apply(record.model());
        return new UsageKey(model == null ? UsageKey.OTHER : model,
                record.key() == null ? UsageKey.NONE : record.key(),
                last == null ? UsageKey.NONE : last.deployment());
    }

    private UsageTable hour(NavigableMap<Instant, UsageTable> of, Instant hour) {
        UsageTable table = of.get(hour);
        if (table == null) {
            table = of.computeIfAbsent(hour, first -> UsageTable.empty());
            of.headMap(hourOf(clock.instant()).minus(HOURS - 1, ChronoUnit.HOURS)).clear();
        }
        return table;
    }

    private static Instant hourOf(Instant time) {
        return time.truncatedTo(ChronoUnit.HOURS);
    }

    /** Adds what a file had kept of an hour before this start. */
    void addBefore(Instant hour, UsageKey key, Usage usage) {
        before.add(key, usage);
        beginning = hour.isBefore(beginning) ? hour : beginning;
        if (hour.isAfter(hourOf(clock.instant()).minus(HOURS, ChronoUnit.HOURS))) {
            hour(hoursBefore, hour).add(key, usage);
        }
    }

    /** When the gateway started. */
    public Instant start() {
        return start;
    }

    /** Since when there are figures: the first hour of the file, or the start. */
    public Instant beginning() {
        return beginning;
    }

    /** Now, by the clock that hours are told by. */
    public Instant now() {
        return clock.instant();
    }

    /** All since the start. */
    public Map<UsageKey, Usage> sinceStart() {
        return sinceStart.rows();
    }

    /** All since {@link #beginning}. */
    public Map<UsageKey, Usage> all() {
        UsageTable all = UsageTable.empty();
        all.addAll(before);
        all.addAll(sinceStart);
        return all.rows();
    }

    /** All since midnight in UTC. */
    public Map<UsageKey, Usage> today() {
        UsageTable today = UsageTable.empty();
        Instant midnight = clock.instant().truncatedTo(ChronoUnit.DAYS);
        hoursBefore.tailMap(midnight, true).values().forEach(today::addAll);
        hours.tailMap(midnight, true).values().forEach(today::addAll);
        return today.rows();
    }

    /** The last {@value #HOURS} hours in which there was something, in their order. */
    public NavigableMap<Instant, Map<UsageKey, Usage>> byHour() {
        Instant first = hourOf(clock.instant()).minus(HOURS - 1, ChronoUnit.HOURS);
        NavigableMap<Instant, UsageTable> all = new ConcurrentSkipListMap<>();
        for (NavigableMap<Instant, UsageTable> part : List.of(hoursBefore, hours)) {
            part.tailMap(first, true).forEach((hour, table) ->
                    all.computeIfAbsent(hour, none -> UsageTable.empty()).addAll(table));
        }
        NavigableMap<Instant, Map<UsageKey, Usage>> told = new ConcurrentSkipListMap<>();
        all.forEach((hour, table) -> told.put(hour, table.rows()));
        return told;
    }

    /** The hours since the start after {@code written}, in their order; those that are over, or all of them. */
    List<Instant> hoursAfter(Instant written, boolean all) {
        // What ends with the hour is still being counted in the next moment.
        Instant running = hourOf(clock.instant().minusSeconds(SETTLED_SECONDS));
        return hours.keySet().stream().filter(hour -> hour.isAfter(written) && (all || hour.isBefore(running)))
                .toList();
    }

    /** What was used in an hour, since the start. */
    Map<UsageKey, Usage> ofHour(Instant hour) {
        UsageTable table = hours.get(hour);
        return table == null ? Map.of() : table.rows();
    }
}
