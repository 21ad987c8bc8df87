package io.dromedary.request;

import java.util.Set;

/**
 * Fields that mean something to LiteLLM and not to an upstream, at the top of a body and in an object under
 * {@code fallbacks} alike. Everything else goes upstream.
 */
public final class SteeringFields {

    /**
     * Obeyed by the gateway; taken out without a word. {@code cooldown_time} is the exception: a client has no say in
     * it.
     */
    private static final Set<String> OBEYED =
            Set.of("fallbacks", "context_window_fallbacks", "content_policy_fallbacks",
            "disable_fallbacks", "num_retries", "timeout", "stream_timeout", "cooldown_time", "additional_drop_params",
            "cache");
    /** Without a meaning here; taken out, and the client is told. */
    private static final Set<String> TOLD =
            Set.of("max_retries", "tags", "caching", "ttl", "guardrails", "headers",
            "extra_headers", "no-log", "prompt_id", "prompt_variables");
    /** They would let a client choose where its request goes, or with which key. */
    private static final Set<String> REFUSED = Set.of("api_key", "api_base", "base_url", "user_config");

    private SteeringFields() {
    }

    static boolean obeyed(String name) {
        return OBEYED.contains(name);
    }

    static boolean told(String name) {
        return TOLD.contains(name) || name.startsWith("litellm_");
    }

    /** Whether it is for the gateway and not for a model: obeyed, told or refused by the step that reads a request. */
    public static boolean steers(String name) {
        return takenOut(name) || refused(name) || name.equals(ExtraBody.NAME);
    }

    /** Whether it never goes upstream, wherever in a request it stands. */
    static boolean takenOut(String name) {
        return obeyed(name) || told(name);
    }

    static boolean refused(String name) {
        return REFUSED.contains(name) || name.startsWith("mock_");
    }
}
