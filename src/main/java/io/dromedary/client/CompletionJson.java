package io.dromedary.client;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The objects of OpenAI's chat completions and text completions with one choice of text, with the fields that OpenAI's
 * reference requires.
 *
 * @param chat  whether it is a chat completion
 * @param id    what follows the prefix of the object's id
 * @param model the model's name
 */
public record CompletionJson(boolean chat, String id, String model) {

    /** A whole answer, with the tokens that were read and written. */
    public Map<String, Object> whole(String text, int promptTokens, int completionTokens) {
        Map<String, Object> choice = choice("stop");
        choice.put(chat ? "message" : "text", chat ? message(text) : text);
        Map<String, Object> answer = object(chat ? "chat.completion" : "text_completion", choice);
        answer.put("usage", tokens(promptTokens, completionTokens));
        return answer;
    }

    /** The chunk of a stream that tells the tokens that were read and written, and has no choice. */
    public Map<String, Object> usage(int promptTokens, int completionTokens) {
        Map<String, Object> chunk = object(chat ? "chat.completion.chunk" : "text_completion", Map.of());
        chunk.put("choices", List.of());
        chunk.put("usage", tokens(promptTokens, completionTokens));
        return chunk;
    }

    private static Map<String, Object> tokens(int prompt, int completion) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", prompt);
        usage.put("completion_tokens", completion);
        usage.put("total_tokens", prompt + completion);
        return usage;
    }

    /**
     * One chunk of a stream.
     *
     * @param finish the {@code finish_reason}, with which a chat's chunk has no text; null before the end
     */
    public Map<String, Object> chunk(String text, String finish) {
        Map<String, Object> choice = choice(finish);
        Map<String, Object> delta = finish == null ? message(text) : Map.of();
        choice.put(chat ? "delta" : "text", chat ? delta : text);
        return object(chat ? "chat.completion.chunk" : "text_completion", choice);
    }

    private static Map<String, Object> message(String content) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", "assistant");
        message.put("content", content);
        return message;
    }

    private static Map<String, Object> choice(String finish) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put("finish_reason", finish);
        return choice;
    }

    private Map<String, Object> object(String kind, Map<String, Object> choice) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", (chat ? "chatcmpl-" : "cmpl-") + id);
        object.put("object", kind);
        object.put("created", Instant.now().getEpochSecond());
        object.put("model", model);
        object.put("choices", List.of(choice));
        return object;
    }
}
