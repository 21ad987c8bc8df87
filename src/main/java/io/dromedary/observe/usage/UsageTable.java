package io.dromedary.observe.usage;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Usage by model, key and deployment, of one span of time. Bounded, whatever a configuration that is changed again and
 * again brings: what finds no place any more is counted as {@link UsageKey#REST}. Safe for several threads.
 */
final class UsageTable {

    private static final int MOST = 5000;

    private final Map<UsageKey, Usage> rows = new ConcurrentHashMap<>();

    private UsageTable() {
    }

    /** One without any rows. */
    static UsageTable empty() {
        return new UsageTable();
    }

    /** Adds it to what there is under that key. */
    void add(UsageKey key, Usage usage) {
        UsageKey place = rows.containsKey(key) || rows.size() < MOST ? key : UsageKey.REST;
        rows.merge(place, usage, Usage::plus);
    }

    void addAll(UsageTable other) {
        other.rows.forEach(this::add);
    }

    Map<UsageKey, Usage> rows() {
        return Map.copyOf(rows);
    }
}
