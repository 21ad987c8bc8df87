package io.dromedary.server;

import io.dromedary.settings.Settings;

/**
 * What a client may do with a body that it sends.
 *
 * @param bytes          how long it may be
 * @param silenceMs      how long nothing of it may come, in ms; its rate is looked at as often
 * @param totalMs        how long all of it may take, in ms
 * @param bytesPerSecond how fast it must come at least
 */
public record BodyLimits(long bytes, long silenceMs, long totalMs, long bytesPerSecond) {

    private static final long SECOND_MS = 1000;

    /**
     * Those that {@code settings} have.
     *
     * @param bytes how long a body may be
     */
    public static BodyLimits of(Settings settings, long bytes) {
        return new BodyLimits(bytes, settings.number("gateway.server.body-timeout"),
                settings.number("gateway.server.body-total"), settings.number("gateway.server.body-rate"));
    }

    /** How many bytes must have come in {@code ms}: one at least. */
    long leastIn(long ms) {
        return Math.max(1, bytesPerSecond * ms / SECOND_MS);
    }
}
