package io.dromedary.redis;

/** Redis has answered, and said that it cannot do what it was asked. */
public final class RedisError extends RuntimeException {

    private final String said;

    /**
     * @param told what may be told of it, without any secret
     * @param said what Redis said
     */
    RedisError(String told, String said) {
        super(told, null, false, false);
        this.said = String.valueOf(said);
    }

    /** Whether it does not know a script that was named by its hash. */
    public boolean isUnknownScript() {
        return said.startsWith("NOSCRIPT");
    }
}
