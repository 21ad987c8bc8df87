package io.dromedary.key;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The SHA-256 of a key, by which the configuration and LiteLLM know it. A key is random and long, so that a slow hash
 * would protect it no better, and would cost each request its time.
 */
public final class KeyHash {

    /** What a hash begins with where it is written. */
    public static final String PREFIX = "sha256:";

    private static final int DIGITS = 64;

    private KeyHash() {
    }

    /** The hash of {@code key}, in lower-case hexadecimal. */
    public static String of(String key) {
        return HexFormat.of().formatHex(Sha256.fresh().digest(key.getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * The hash that is written as {@code sha256:HEX}.
     *
     * @param bare whether it may stand without the prefix, as LiteLLM's {@code token}; a key may look so, too
     */
    public static Optional<String> written(String text, boolean bare) {
        String trimmed = text.trim();
        String hex = trimmed.startsWith(PREFIX) ? trimmed.substring(PREFIX.length()) : bare ? trimmed : "";
        if (hex.length() != DIGITS) {
            return Optional.empty();
        }
        for (int i = 0; i < DIGITS; i++) {
            if (!HexFormat.isHexDigit(hex.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(hex.toLowerCase(Locale.ROOT));
    }
}
