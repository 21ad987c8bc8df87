package io.dromedary.observe.recent;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecord;

/**
 * The records of the last 500 requests, of the 100 slowest of a day and of the last 100 that failed. Leaves out what
 * asked no model and was well, and keeps the last 50 that the server refused apart: probes of health and clients with a
 * wrong key would push out what is looked for. Safe for several threads; a record costs its place, nothing is copied.
 */
public final class RecentRequests implements RecordReader {

    private static final int MOST_RECENT = 500;
    private static final int MOST_OTHERS = 100;
    private static final int MOST_REFUSED = 50;
    private static final long DAY_MS = TimeUnit.DAYS.toMillis(1);
    private static final Comparator<Seen> NEWEST_FIRST = Comparator.comparingLong(Seen::number).reversed();

    private final Deque<Seen> recent = new ArrayDeque<>(MOST_RECENT);
    private final Deque<Seen> failed = new ArrayDeque<>(MOST_OTHERS);
    private final Deque<Seen> refused = new ArrayDeque<>(MOST_REFUSED);
    private final PriorityQueue<Seen> slowest =
            new PriorityQueue<>(MOST_OTHERS + 1, Comparator.comparingLong(seen -> seen.record().totalMicros()));
    private long count;

    /**
     * A record and its number. Ids do not tell requests apart: clients may choose them.
     *
     * @param record what became of the request
     * @param number which request it was that is counted here, from 1
     */
    public record Seen(RequestRecord record, long number) {
    }

    /** Whether a request asked a model, or did not end well: only such are shown and counted. */
    public static boolean matters(RequestRecord record) {
        return record.operation() != null || record.status() >= 400;
    }

    /** Whether its client did not get what it asked for, or left. */
    public static boolean failed(RequestRecord record) {
        return record.status() >= 400 || record.errorCode() != null || record.clientGone();
    }

    /** Whether another group has answered it than the one that was asked. */
    public static boolean fellBack(RequestRecord record) {
        AttemptRecord last = record.last();
        return last != null && last.fallback() > 0 && last.outcome() == AttemptRecord.Outcome.ANSWERED;
    }

    @Override
    public void ended(RequestRecord record) {
        if (!matters(record)) {
            return;
        }
        synchronized (this) {
            Seen seen = new Seen(record, ++count);
            if (record.refused()) {
                put(refused, seen, MOST_REFUSED);
                return;
            }
            put(recent, seen, MOST_RECENT);
            if (failed(record)) {
                put(failed, seen, MOST_OTHERS);
            }
            if (record.operation() != null) {
                putAmongSlowest(seen);
            }
        }
    }

    private static void put(Deque<Seen> ring, Seen seen, int most) {
        if (ring.size() == most) {
            ring.removeLast();
        }
        ring.addFirst(seen);
    }

    private void putAmongSlowest(Seen seen) {
        if (slowest.size() == MOST_OTHERS) {
            if (slowest.peek().record().totalMicros() >= seen.record().totalMicros()) {
                return;
            }
            long dayAgo = seen.record().at() - DAY_MS;
            if (!slowest.removeIf(other -> other.record().at() < dayAgo)) {
                slowest.poll();
            }
        }
        slowest.add(seen);
    }

    /** The last {@code limit} requests, newest first. */
    public synchronized List<Seen> recent(int limit) {
        return withRefused(recent).limit(limit).toList();
    }

    /** The last {@code limit} that failed, newest first. */
    public synchronized List<Seen> failed(int limit) {
        return withRefused(failed).limit(limit).toList();
    }

    private Stream<Seen> withRefused(Deque<Seen> ring) {
        return Stream.concat(ring.stream(), refused.stream()).sorted(NEWEST_FIRST);
    }

    /** The {@code limit} slowest of the last day, slowest first. */
    public synchronized List<Seen> slowest(int limit) {
        long dayAgo = System.currentTimeMillis() - DAY_MS;
        return slowest.stream().filter(seen -> seen.record().at() >= dayAgo)
                .sorted(Comparator.comparingLong((Seen seen) -> seen.record().totalMicros()).reversed()).limit(limit)
                .toList();
    }

    /** The newest request of that id that {@code wanted} takes, as far as one is kept. */
    public synchronized Optional<Seen> find(String id, Predicate<Seen> wanted) {
        return Stream.of(recent, failed, refused, slowest).flatMap(Collection::stream)
                .filter(seen -> seen.record().id().equals(id) && wanted.test(seen))
                .max(Comparator.comparingLong(Seen::number));
    }

    /** How many requests there were. */
    public synchronized long count() {
        return count;
    }

    /**
     * Those after the {@code number}th request, newest first. Where there are too many, those stay that failed or fell
     * back: they are what somebody looks for.
     *
     * @param most how many at most
     */
    public synchronized List<Seen> after(long number, int most) {
        List<Seen> newer = withRefused(recent).takeWhile(seen -> seen.number() > number).toList();
        return newer.size() <= most ? newer : newer.stream()
                .sorted(Comparator.comparing((Seen seen) -> !troubled(seen.record())).thenComparing(NEWEST_FIRST))
                .limit(most).sorted(NEWEST_FIRST).toList();
    }

    private static boolean troubled(RequestRecord record) {
        return !record.refused() && (failed(record) || fellBack(record));
    }
}
