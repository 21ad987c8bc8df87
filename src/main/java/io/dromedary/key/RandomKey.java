package io.dromedary.key;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes keys. */
public final class RandomKey {

    /** What a key begins with, as OpenAI's and LiteLLM's. */
    private static final String PREFIX = "sk-";
    private static final int BYTES = 32;

    private RandomKey() {
    }

    /** A new key: {@code sk-} and 43 characters, of which 256 bits are random. */
    public static String make() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }
}
