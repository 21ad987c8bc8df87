package io.dromedary.json;

import java.io.IOException;

import com.fasterxml.jackson.core.JsonToken;

/**
 * What an answer has cost, in tokens.
 *
 * @param prompt     all of the prompt, read from a cache or not
 * @param completion all that was generated, reasoning included
 * @param cached     of the prompt, read from a cache
 * @param written    of the prompt, written to a cache
 * @param reasoning  of what was generated, reasoning
 * @param total      as the upstream says it, else prompt and completion together
 * @param estimated  whether it was guessed from the number of bytes, because the upstream did not say
 */
public record TokenUsage(long prompt, long completion, long cached, long written, long reasoning, long total,
        boolean estimated) {

    /** Nothing was used, or nothing is known of it. */
    public static final TokenUsage NONE = new TokenUsage(0, 0, 0, 0, 0, 0, false);

    private static final int BYTES_A_TOKEN = 4;

    /**
     * A guess, where an upstream does not say.
     *
     * @param prompt      tokens of the prompt
     * @param answerBytes of the text of the answer
     */
    public static TokenUsage estimated(long prompt, long answerBytes) {
        long completion = tokensIn(answerBytes);
        return new TokenUsage(prompt, completion, 0, 0, 0, prompt + completion, true);
    }

    /**
     * The same, where an answer that was cut off has told less than what was sent of it.
     *
     * @param answerBytes of the text of the answer
     * @return this where it has told as much
     */
    public TokenUsage withAtLeast(long answerBytes) {
        long sent = tokensIn(answerBytes);
        return sent <= completion ? this
                : new TokenUsage(prompt, sent, cached, written, reasoning, prompt + sent, true);
    }

    /** About how many tokens there are in so many bytes of text. */
    public static long tokensIn(long bytes) {
        return (bytes + BYTES_A_TOKEN - 1) / BYTES_A_TOKEN;
    }

    /**
     * Reads {@code usage}, with which a whole answer or an event of a stream says what it has cost: OpenAI's chat
     * completion, completion, embedding and response objects, Anthropic's message object, and DeepSeek's
     * {@code prompt_cache_hit_tokens}. Walks over the value at which {@code walk} stands, to its end. A figure that is
     * no whole number counts as 0.
     *
     * @return {@link #NONE} if it is no object
     */
    public static TokenUsage read(JsonWalk walk) throws IOException {
        if (walk.token() != JsonToken.START_OBJECT) {
            walk.skip();
            return NONE;
        }
        Figures figures = new Figures();
        while (walk.next() == JsonToken.FIELD_NAME) {
            figures.field(walk);
        }
        return figures.usage();
    }

    /** The figures of one {@code usage}. */
    private static final class Figures {

        private long prompt;
        private long completion;
        private long total;
        private long cached;
        private long written;
        private long reasoning;
        /** Of the prompt, told beside it and not in it (Anthropic's message object). */
        private long beside;
        private boolean input;

        void field(JsonWalk walk) throws IOException {
            String name = walk.name("prompt_tokens", "completion_tokens", "total_tokens", "prompt_tokens_details",
                    "completion_tokens_details", "input_tokens", "output_tokens", "input_tokens_details",
                    "output_tokens_details", "prompt_cache_hit_tokens", "cache_read_input_tokens",
                    "cache_creation_input_tokens");
            walk.next();
            switch (name) {
                case "prompt_tokens" -> prompt = figure(walk);
                case "input_tokens" -> {
                    prompt = figure(walk);
                    input = true;
                }
                case "completion_tokens", "output_tokens" -> completion = figure(walk);
                case "total_tokens" -> total = figure(walk);
                case "prompt_cache_hit_tokens" -> cached = Math.max(cached, figure(walk));
                case "cache_read_input_tokens" -> {
                    cached = Math.max(cached, figure(walk));
                    beside += figure(walk);
                }
                case "cache_creation_input_tokens" -> {
                    written = Math.max(written, figure(walk));
                    beside += figure(walk);
                }
                case "prompt_tokens_details", "input_tokens_details", "completion_tokens_details",
                        "output_tokens_details" -> details(walk);
                default -> { }
            }
            walk.skip();
        }

        private void details(JsonWalk walk) throws IOException {
            if (walk.token() != JsonToken.START_OBJECT) {
                return;
            }
            while (walk.next() == JsonToken.FIELD_NAME) {
                String name = walk.name("cached_tokens", "cache_write_tokens", "cache_creation_tokens",
                        "reasoning_tokens");
                walk.next();
                switch (name) {
                    case "cached_tokens" -> cached = Math.max(cached, figure(walk));
                    case "cache_write_tokens", "cache_creation_tokens" -> written = Math.max(written, figure(walk));
                    case "reasoning_tokens" -> reasoning = figure(walk);
                    default -> { }
                }
                walk.skip();
            }
        }

        /** OpenAI's prompt is all of it. Anthropic's input is what is left, and has no total. */
        TokenUsage usage() {
            long all = input && total == 0 ? prompt + beside : prompt;
            return new TokenUsage(all, completion, cached, written, reasoning, total > 0 ? total : all + completion,
                    false);
        }
    }

    private static long figure(JsonWalk walk) {
        return Math.max(0, walk.whole(0));
    }

    /** Whether it says anything. */
    public boolean told() {
        return total > 0;
    }
}
