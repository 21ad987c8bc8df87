package io.dromedary.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A key that must never be printed: {@link #toString} hides it, so that no log line, error or record dump can carry it.
 */
public final class Secret {

    private final String value;

    /** @param value the key itself, not null */
    public Secret(String value) {
        this.value = value;
    }

    /** The key itself, for the one place that sends it. */
    public String reveal() {
        return value;
    }

    /** Whether {@code candidate} is this key, in a time that does not depend on where they differ. */
    public boolean matches(String candidate) {
        return MessageDigest.isEqual(
                value.getBytes(StandardCharsets.UTF_8), candidate.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "***";
    }
}
