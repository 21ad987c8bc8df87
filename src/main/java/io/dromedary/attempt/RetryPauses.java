package io.dromedary.attempt;

import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * How long to wait before the same deployment is asked again: what it said in {@code Retry-After}, else a time that
 * doubles from retry to retry, of which a random half is left out, so that clients who failed together do not come back
 * together.
 *
 * @param firstMs the first pause, in ms
 * @param mostMs  the longest pause, in ms; an upstream that wants longer is not asked again
 */
public record RetryPauses(long firstMs, long mostMs) {

    private static final int MOST_DOUBLINGS = 10;

    /**
     * @param number            how many retries of the deployment there were before
     * @param retryAfterSeconds what the upstream said
     * @return the pause in ms; empty if it would be too long
     */
    public OptionalLong before(int number, OptionalLong retryAfterSeconds) {
        if (retryAfterSeconds.isPresent()) {
            long said = TimeUnit.SECONDS.toMillis(retryAfterSeconds.getAsLong());
            return said <= mostMs ? OptionalLong.of(said) : OptionalLong.empty();
        }
        long full = Math.min(mostMs, firstMs << Math.min(number, MOST_DOUBLINGS));
        return OptionalLong.of(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
    }
}
