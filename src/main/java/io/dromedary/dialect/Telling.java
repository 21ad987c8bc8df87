package io.dromedary.dialect;

import java.util.function.LongConsumer;

/**
 * How an answer is to be told.
 *
 * @param model           the model's name for the client
 * @param reasoningInTags whether the deployment writes its reasoning into the text, between {@code <think>} and
 *                        {@code </think>} ({@code model_info.reasoning_in_tags})
 * @param takes           is told how much memory is about to be taken, in bytes; it may throw a 503
 */
public record Telling(String model, boolean reasoningInTags, LongConsumer takes) {
}
