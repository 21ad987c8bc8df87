package io.dromedary.observe.recent;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

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

    private final Deque<Seen> recent = new ArrayDeque<>(MOST_RECENT);
    private final Deque<Seen> failed = new ArrayDeque<>(MOST_OTHERS);
    private final Deque<Seen> refused = new ArrayDeque<>(MOST_REFUSED);
    private final PriorityQueue<Seen> slowest =
            new PriorityQueue<>(MOST_OTHERS + 1, Comparator.comparingLong(seen -> seen.record().totalMicros()));
    private long count;

    /** A record and its number, counted from 1. */
    private record Seen(RequestRecord record, long number) {
    }

    /** Whether a request asked a model, or did not end well: only such are shown and counted. */
    public static boolean matters(RequestRecord record) {
        return record.operation() != null || record.status() >= 400;
    }

    /** Whether its client did not get what it asked for, or left. */
    public static boolean failed(RequestRecord record) {
        return record.status() >= 400 || record.errorCode() != null || record.clientGone();
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
    public synchronized List<RequestRecord> recent(int limit) {
        return withRefused(recent).limit(limit).map(Seen::record).toList();
    }

    /** The last {@code limit} that failed, newest first. */
    public synchronized List<RequestRecord> failed(int limit) {
        return withRefused(failed).limit(limit).map(Seen::record).toList();
    }

    private Stream<Seen> withRefused(Deque<Seen> ring) {
        return Stream.concat(ring.stream(), refused.stream())
                .sorted(Comparator.comparingLong(Seen::number).reversed());
    }

    /** The {@code limit} slowest of the last day, slowest first. */
    public synchronized List<RequestRecord> slowest(int limit) {
        long dayAgo = System.currentTimeMillis() - DAY_MS;
        return slowest.stream().map(Seen::record).filter(record -> record.at() >= dayAgo)
                .sorted(Comparator.comparingLong(RequestRecord::totalMicros).reversed()).limit(limit).toList();
    }

    /** The newest request of that id, as far as one is kept. */
    public synchronized Optional<RequestRecord> find(String id) {
        List<Seen> all = new ArrayList<>(recent);
        all.addAll(failed);
        all.addAll(refused);
        all.addAll(slowest);
        return all.stream().map(Seen::record).filter(record -> record.id().equals(id)).findFirst();
    }

    /** How many requests there were. */
    public synchronized long count() {
        return count;
    }

    /**
     * Those after the {@code number}th request, newest first.
     *
     * @param most how many at most
     */
    public synchronized List<RequestRecord> after(long number, int most) {
        return withRefused(recent).takeWhile(seen -> seen.number() > number).limit(most).map(Seen::record).toList();
    }
}
