package io.dromedary.cache;

import java.util.Set;

/**
 * How answers are kept: {@code cache_params} of the configuration.
 *
 * @param place      where
 * @param ttlMs      for how long, in ms
 * @param namespace  what keeps them apart from those of others in the same place; may be empty
 * @param operations the endpoints whose answers are kept, by their names
 * @param onDemand   whether a request must ask for it ({@code mode: default_off})
 * @param shared     whether a key gets the answers to another key's requests
 */
public record CacheSettings(Place place, long ttlMs, String namespace, Set<String> operations, boolean onDemand,
        boolean shared) {

    /** For how long an answer is kept where nothing is said, in ms. */
    public static final long USUAL_TTL_MS = 600_000;
    /** The longest that one is kept, whoever asks for it, in ms: thirty days. */
    public static final long LONGEST_TTL_MS = 30L * 24 * 60 * 60 * 1000;

    /** Where answers are kept. */
    public enum Place {
        /** In the memory of this process. */
        LOCAL("local"),
        /** In the Redis that several gateways share. */
        REDIS("redis");

        private final String word;

        Place(String word) {
            this.word = word;
        }

        /** What {@code type} says for it. */
        public String word() {
            return word;
        }
    }
}
