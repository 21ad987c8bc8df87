package io.dromedary.observe.accesslog;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The fields of the line that JSON has of each request, in their order. A field of which nothing is known is left out.
 * The table in docs/observe.md is made of these.
 */
public enum LogField implements LogLabel {
    /** When the request ended. */
    TIMESTAMP("timestamp", "number", "when the request ended, in ms since 1970"),
    /** Always INFO. */
    LEVEL("level", "text", "always INFO"),
    /** Always the same. */
    LOGGER("loggerName", "text", "always dromedary.access"),
    /** The call's id. */
    ID("id", "text", "what x-litellm-call-id tells"),
    /** The trace. */
    TRACE_ID("trace_id", "text", "the id of the trace that the request stands in; left out where there is none"),
    /** The alias of the key. */
    KEY("key", "text", "the alias of the key that came: master; left out where none did"),
    /** The method. */
    METHOD("method", "text", "as the client wrote it; a dash where the request could not be read"),
    /** The path. */
    PATH("path", "text", "as the client wrote it, without its query; a dash where the request could not be read"),
    /** What was asked for. */
    OPERATION("operation", "text", "what was asked for, such as chat"),
    /** The model that was asked. */
    MODEL("model", "text", "the model that the client asked for"),
    /** The group that answered. */
    GROUP("group", "text", "the model group of the deployment"),
    /** The deployment that answered. */
    DEPLOYMENT("deployment", "text", "the id of the deployment that answered, else of the last one that was asked"),
    /** The model's name upstream. */
    UPSTREAM_MODEL("upstream_model", "text", "the model's name there"),
    /** Whether a stream was asked. */
    STREAM("stream", "true, false", "whether a stream was asked for"),
    /** By what the deployment was chosen. */
    AFFINITY("affinity", "text", "by what the first deployment was chosen: session, prefix, key or none; left out "
            + "where its group keeps no requests together"),
    /** The status. */
    STATUS("status", "number", "of the answer; 499 where the client left before its answer was whole"),
    /** The error's code. */
    ERROR("error", "text", "the code of the error that the client was told, in a stream too"),
    /** Whether the client left. */
    CLIENT_GONE("client_gone", "true", "the client left before its answer was whole"),
    /** Whether the server answered it by itself. */
    BY_SERVER("by_server", "true", "the server answered or refused it before it came to a route: it has no times, key, "
            + "model or bytes"),
    /** Its time. */
    MS("ms", "number", "from the request's head to the end of the answer, in ms"),
    /** The time to its first content. */
    FIRST_TOKEN_MS("first_token_ms", "number", "to the first content of a stream, or to a whole plain answer, in ms"),
    /** The gateway's share of the time. */
    OVERHEAD_MS("overhead_ms", "number", "of all ms, while its body had come and no deployment had been asked "
            + "or was at work"),
    /** Tokens of the prompt. */
    PROMPT_TOKENS("prompt_tokens", "number", "of the prompt, read from a cache or not"),
    /** Tokens of the answer. */
    COMPLETION_TOKENS("completion_tokens", "number", "that were generated, reasoning included"),
    /** Tokens from a cache. */
    CACHED_TOKENS("cached_tokens", "number", "of the prompt, read from the upstream's cache"),
    /** Tokens of reasoning. */
    REASONING_TOKENS("reasoning_tokens", "number", "of those generated, reasoning"),
    /** Whether tokens were guessed. */
    TOKENS_ESTIMATED("tokens_estimated", "true", "the upstream did not say: four bytes were taken for a token"),
    /** The cost. */
    COST("cost", "number", "in USD, from the prices of the configuration; left out where they do not tell it"),
    /** What the cache had. */
    CACHE("cache", "text", "hit where the answer came from the cache, without tokens and at no cost; miss where it was"
            + " looked for there in vain; left out where it was not"),
    /** Bytes of the request. */
    BYTES_IN("bytes_in", "number", "of the request's body"),
    /** Bytes of the answer. */
    BYTES_OUT("bytes_out", "number", "of the answer's body"),
    /** Parameters that did not go upstream. */
    DROPPED("dropped", "texts", "parameters of the client's that did not go upstream"),
    /** Who was not asked. */
    LEFT_OUT("left_out", "texts", "who was not asked because it cannot do what the request asks for, and why"),
    /** The attempts. */
    ATTEMPTS("attempts", "objects", "each attempt, in their order; those of the second table");

    /** The fields of an attempt. */
    public enum OfAttempt implements LogLabel {
        /** Who was asked. */
        DEPLOYMENT("deployment", "text", "the deployment's id"),
        /** For which group. */
        GROUP("group", "text", "the group for which it was asked"),
        /** The model's name upstream. */
        UPSTREAM_MODEL("upstream_model", "text", "the model's name there"),
        /** Why it was chosen. */
        CHOICE("choice", "text", "why it was chosen: first of its group, next of it, retry of the same, fallback (of "
                + "another group), hedge (beside one whose first token was late)"),
        /** Which fallback. */
        FALLBACK("fallback", "number", "which fallback its group is; left out for the group that the client asked"),
        /** How it ended. */
        OUTCOME("outcome", "text", "answered; failed; passed_over (its breaker was open, or it had no place: it was not"
                + " asked); lost (another was faster); cancelled (the client left, or the request was cut short)"),
        /** The kind of its failure. */
        KIND("kind", "text", "the kind of its failure, as in docs/failover.md"),
        /** Why it failed. */
        REASON("reason", "text", "why it failed, in words fit for clients"),
        /** What the upstream said. */
        STATUS("status", "number", "what the upstream said; left out where it said nothing"),
        /** When it began. */
        BEGAN_MS("began_ms", "number", "when it began, in ms after the request's head came"),
        /** The time to its first content. */
        FIRST_TOKEN_MS("first_token_ms", "number", "from its beginning to its first content or its whole plain answer,"
                + " in ms"),
        /** Its time. */
        MS("ms", "number", "how long it took, in ms");

        private final String key;
        private final byte[] label;
        private final String form;
        private final String meaning;

        OfAttempt(String key, String form, String meaning) {
            this.key = key;
            this.label = LogLabel.of(key);
            this.form = form;
            this.meaning = meaning;
        }

        /** Its name, its form and what it tells, as a row of the table. */
        public List<String> row() {
            return List.of(key, form, meaning);
        }

        String key() {
            return key;
        }

        @Override
        public byte[] label() {
            return label;
        }
    }

    /** The words of each enum in its order: made once, not for each line. */
    private static final ClassValue<String[]> WORDS = new ClassValue<>() {

        @Override
        protected String[] computeValue(Class<?> type) {
            return Stream.of(type.getEnumConstants()).map(constant -> ((Enum<?>) constant).name()
                    .toLowerCase(Locale.ROOT)).toArray(String[]::new);
        }
    };

    private final String key;
    private final byte[] label;
    private final String form;
    private final String meaning;

    LogField(String key, String form, String meaning) {
        this.key = key;
        this.label = LogLabel.of(key);
        this.form = form;
        this.meaning = meaning;
    }

    /** Its name, its form and what it tells, as a row of the table. */
    public List<String> row() {
        return List.of(key, form, meaning);
    }

    String key() {
        return key;
    }

    @Override
    public byte[] label() {
        return label;
    }

    /** The name of a constant, as the log writes it. */
    static String word(Enum<?> constant) {
        return WORDS.get(constant.getDeclaringClass())[constant.ordinal()];
    }
}
