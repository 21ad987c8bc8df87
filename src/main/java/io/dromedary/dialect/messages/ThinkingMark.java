package io.dromedary.dialect.messages;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The signature that thinking of a model behind the gateway carries. Clients send thinking back only with a signature,
 * and Anthropic refuses one that is not its own: this one tells whose it is, and of which model.
 */
final class ThinkingMark {

    /** How each of them begins. */
    static final String PREFIX = "drom1.";

    private ThinkingMark() {
    }

    /** That of a model, by its name for clients. */
    static String of(String model) {
        return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(
                model.getBytes(StandardCharsets.UTF_8));
    }
}
