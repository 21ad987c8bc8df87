package io.dromedary.redis;

/** Redis has not answered in time, or cannot be asked now. Has no stack: it is thrown for each request of an outage. */
public final class RedisAway extends RuntimeException {

    /** @param reason what is wrong, without any secret */
    public RedisAway(String reason) {
        super(reason, null, false, false);
    }
}
