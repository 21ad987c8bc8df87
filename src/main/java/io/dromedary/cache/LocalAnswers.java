package io.dromedary.cache;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;

/**
 * Answers in the heap of this process, bounded in bytes and in number; what is asked for least goes first. The one
 * class that knows Caffeine, which is not loaded while the cache is off.
 */
final class LocalAnswers implements AnswerCache {

    /** About how many bytes an entry takes beside its body: key, record, and what the cache keeps of it. */
    static final int BESIDE_BODY = 512;

    private final Cache<String, Entry> entries;

    private record Entry(CachedAnswer answer, long ttlNanos) {

        int weight() {
            return BESIDE_BODY + answer.body().length;
        }
    }

    /** An entry is over so long after it was put, however often it is read. */
    private static final class FromPut implements Expiry<String, Entry> {

        @Override
        public long expireAfterCreate(String key, Entry entry, long now) {
            return entry.ttlNanos();
        }

        @Override
        public long expireAfterUpdate(String key, Entry entry, long now, long left) {
            return entry.ttlNanos();
        }

        @Override
        public long expireAfterRead(String key, Entry entry, long now, long left) {
            return left;
        }
    }

    /**
     * @param mostBytes   how many bytes the entries may take
     * @param mostEntries how many there may be: each weighs so much at least that no more fit
     */
    LocalAnswers(long mostBytes, long mostEntries) {
        long least = Math.max(1, mostBytes / Math.max(1, mostEntries));
        entries = Caffeine.newBuilder().executor(Runnable::run).maximumWeight(mostBytes)
                .weigher((String key, Entry entry) -> (int) Math.min(Integer.MAX_VALUE,
                        Math.max(least, entry.weight())))
                .expireAfter(new FromPut()).build();
    }

    @Override
    public CompletionStage<Optional<CachedAnswer>> get(String key) {
        return CompletableFuture.completedFuture(Optional.ofNullable(entries.getIfPresent(key)).map(Entry::answer));
    }

    @Override
    public void put(String key, CachedAnswer answer, long ttlMs) {
        entries.put(key, new Entry(answer, TimeUnit.MILLISECONDS.toNanos(ttlMs)));
    }

    @Override
    public void remove(String key) {
        entries.invalidate(key);
    }

    @Override
    public long entries() {
        entries.cleanUp();
        return entries.estimatedSize();
    }

    @Override
    public long bytes() {
        entries.cleanUp();
        return entries.asMap().values().stream().mapToLong(Entry::weight).sum();
    }

    @Override
    public void close() {
        entries.invalidateAll();
    }
}
