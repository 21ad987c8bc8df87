package io.dromedary.cache;

import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

import io.dromedary.redis.RedisLink;
import io.dromedary.settings.Settings;

/**
 * The answers that are kept, what is counted of them, and who waits for one. Outlives generations: a reload forgets no
 * answer, since another configuration of a model makes other keys. Nothing is made before it is first used. Safe for
 * several threads.
 */
public final class Caches implements AutoCloseable {

    /** Of the heap, where the tunables do not say how much answers may take. */
    private static final int SHARE_OF_HEAP = 8;

    private final long mostBytes;
    private final long mostEntries;
    private final long longest;
    private final long waitMs;
    private final Flights flights;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder stores = new LongAdder();
    private final RedisLink redis;
    private volatile AnswerCache local;

    /**
     * Those that the tunables bound.
     *
     * @param redis the connection to a Redis; empty for none
     */
    public Caches(Settings settings, Optional<RedisLink> redis) {
        this.redis = redis.orElse(null);
        long bytes = settings.number("gateway.cache.bytes");
        mostBytes = bytes > 0 ? bytes : Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP;
        mostEntries = settings.number("gateway.cache.entries");
        longest = settings.number("gateway.cache.longest");
        waitMs = settings.number("gateway.cache.wait");
        flights = new Flights(settings.count("gateway.cache.waiting"));
    }

    /** Where answers are kept. A Redis that only a reload has brought is connected to at the next start. */
    synchronized AnswerCache of(CacheSettings settings) {
        if (settings.place() == CacheSettings.Place.REDIS && redis != null) {
            return new RedisAnswers(redis, settings.namespace(), longest);
        }
        if (local == null) {
            local = new LocalAnswers(mostBytes, mostEntries);
        }
        return local;
    }

    /** Forgets the answers of places that are not used any more. */
    public synchronized void keepOnly(Optional<CacheSettings> used) {
        boolean needed = used.isPresent() && (used.get().place() == CacheSettings.Place.LOCAL || redis == null);
        if (!needed && local != null) {
            local.close();
            local = null;
        }
    }

    /** How many bytes an answer may have that is kept. */
    long longest() {
        return longest;
    }

    /** How long a request waits for the answer of one like it, in ms; 0 for not at all. */
    long waitMs() {
        return waitMs;
    }

    Flights flights() {
        return flights;
    }

    void hit() {
        hits.increment();
    }

    void missed() {
        misses.increment();
    }

    void stored() {
        stores.increment();
    }

    /** How many requests were answered from the cache. */
    public long hits() {
        return hits.sum();
    }

    /** How many were looked up and found nothing. */
    public long misses() {
        return misses.sum();
    }

    /** How many answers were put into it. */
    public long stores() {
        return stores.sum();
    }

    /** How many answers this process holds. */
    public long entries() {
        AnswerCache held = local;
        return held == null ? 0 : held.entries();
    }

    /** How many bytes they take, about. */
    public long bytes() {
        AnswerCache held = local;
        return held == null ? 0 : held.bytes();
    }

    @Override
    public void close() {
        keepOnly(Optional.empty());
    }
}
