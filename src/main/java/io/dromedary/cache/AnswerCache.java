package io.dromedary.cache;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Where answers are kept. None of its methods blocks or throws: what cannot be reached has nothing, and keeps nothing.
 * Safe for several threads.
 */
public interface AnswerCache extends AutoCloseable {

    /** The answer of that key; empty where there is none, or where it does not come in time. */
    CompletionStage<Optional<CachedAnswer>> get(String key);

    /** Keeps an answer for so many ms, or less where there is no room. */
    void put(String key, CachedAnswer answer, long ttlMs);

    /** Forgets an answer. */
    void remove(String key);

    /** How many answers it holds in this process, about. */
    long entries();

    /** How many bytes they take in this process, about. */
    long bytes();

    @Override
    void close();
}
