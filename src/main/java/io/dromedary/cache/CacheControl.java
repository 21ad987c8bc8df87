package io.dromedary.cache;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a request asks of the cache, by {@code cache} in its body, as LiteLLM has it, or by its header
 * {@code Cache-Control} (RFC 9111, 5.2.1).
 *
 * @param use       {@code use-cache}: it is to be answered from the cache where that is on demand
 * @param noCache   it wants a fresh answer
 * @param noStore   its answer is not to be kept
 * @param ttlMs     for how long its answer is to be kept, in ms
 * @param maxAgeMs  how old an answer may be, in ms
 * @param namespace it shares answers with requests of the same namespace only; empty for that of all others
 */
public record CacheControl(boolean use, boolean noCache, boolean noStore, OptionalLong ttlMs, OptionalLong maxAgeMs,
        String namespace) {

    /** It asks nothing. */
    public static final CacheControl NONE =
            new CacheControl(false, false, false, OptionalLong.empty(), OptionalLong.empty(), "");

    private static final int MOST_DIGITS = 12;

    /** The same, with what these values of {@code Cache-Control} ask too. What they say else means nothing here. */
    public CacheControl and(List<String> headers) {
        boolean fresh = noCache;
        boolean unkept = noStore;
        OptionalLong age = maxAgeMs;
        for (String header : headers) {
            for (String part : header.split(",")) {
                String directive = part.trim().toLowerCase(Locale.ROOT);
                fresh |= directive.equals("no-cache");
                unkept |= directive.equals("no-store");
                if (directive.startsWith("max-age=")) {
                    age = younger(age, directive.substring("max-age=".length()));
                }
            }
        }
        return new CacheControl(use, fresh, unkept, ttlMs, age, namespace);
    }

    private static OptionalLong younger(OptionalLong than, String seconds) {
        if (seconds.isEmpty() || seconds.length() > MOST_DIGITS
                || !seconds.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return than;
        }
        long ms = Long.parseLong(seconds) * 1000;
        return OptionalLong.of(than.isPresent() ? Math.min(than.getAsLong(), ms) : ms);
    }

    /** Whether an answer of that age will do. */
    public boolean takes(CachedAnswer answer) {
        return maxAgeMs.isEmpty() || maxAgeMs.getAsLong() > 0 && answer.ageMs() <= maxAgeMs.getAsLong();
    }
}
