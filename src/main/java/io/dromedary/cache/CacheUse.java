package io.dromedary.cache;

import java.util.Optional;

/**
 * What one request has to do with the cache. Made by the step that looks it up; from then on its answer tells of it.
 * Used by the request's threads, one after the other.
 */
public final class CacheUse {

    private final String key;
    private final long ttlMs;
    private volatile AnswerRecord record;
    private volatile CachedAnswer hit;
    private volatile Flights.Flight leads;

    /**
     * @param key   under which its answer is looked for
     * @param ttlMs for how long its own answer is to be kept, in ms
     */
    public CacheUse(String key, long ttlMs) {
        this.key = key;
        this.ttlMs = ttlMs;
    }

    /** Under which its answer is looked for. */
    public String key() {
        return key;
    }

    /** For how long its own answer is to be kept, in ms. */
    public long ttlMs() {
        return ttlMs;
    }

    /** It is answered by that one. */
    void hits(CachedAnswer answer) {
        hit = answer;
    }

    /** The answer that it was given from the cache; empty where a deployment is asked. */
    public Optional<CachedAnswer> hit() {
        return Optional.ofNullable(hit);
    }

    /** Its own answer is to be kept. */
    void records(AnswerRecord into) {
        record = into;
    }

    /** Where its own answer is written down; empty where that is not to be kept. */
    public Optional<AnswerRecord> record() {
        return Optional.ofNullable(record);
    }

    /** Others wait for its answer. */
    void leads(Flights.Flight flight) {
        leads = flight;
    }

    /** Those that wait for its answer; null for none. */
    Flights.Flight leads() {
        return leads;
    }
}
