package io.dromedary.observe.recent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.BiConsumer;

import io.dromedary.breaker.BreakerStatus;

/** The last 100 changes of breakers. Safe for several threads. */
public final class BreakerChanges implements BiConsumer<String, BreakerStatus> {

    private static final int MOST = 100;

    private final Deque<Change> changes = new ArrayDeque<>();
    private long count;

    /**
     * A breaker has changed.
     *
     * @param number     which change it is, from 1
     * @param deployment whose breaker, by its id
     * @param status     how it stood then
     */
    public record Change(long number, String deployment, BreakerStatus status) {
    }

    @Override
    public synchronized void accept(String deployment, BreakerStatus status) {
        if (changes.size() == MOST) {
            changes.removeLast();
        }
        changes.addFirst(new Change(++count, deployment, status));
    }

    /** Those that are kept, newest first. */
    public synchronized List<Change> newestFirst() {
        return List.copyOf(changes);
    }
}
