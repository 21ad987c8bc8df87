package io.dromedary.cache;

/**
 * A whole answer as its client got it.
 *
 * @param body     its bytes: of a stream, all of its events. Not changed by anybody
 * @param type     its content type
 * @param storedAt when it was given, in ms since 1970
 */
public record CachedAnswer(byte[] body, String type, long storedAt) {

    /** How long ago it was given, in ms; 0 where a clock was set back since. */
    public long ageMs() {
        return Math.max(0, System.currentTimeMillis() - storedAt);
    }
}
