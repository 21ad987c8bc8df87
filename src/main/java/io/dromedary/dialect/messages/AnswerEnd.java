package io.dromedary.dialect.messages;

import java.nio.charset.StandardCharsets;
import java.util.List;

import io.dromedary.dialect.AnswerParts;
import io.dromedary.json.Json;
import io.dromedary.json.TokenUsage;

/** Says in Anthropic's words why an answer ended and what it cost. */
final class AnswerEnd {

    private AnswerEnd() {
    }

    /**
     * The fields {@code stop_reason} and {@code stop_sequence}.
     *
     * @param refused  whether the model has refused
     * @param sequence what the server says has ended it, or null; told only if it is one of {@code asked}
     */
    static String reason(AnswerParts.Stop stop, boolean refused, String sequence, List<String> asked) {
        boolean told = stop == AnswerParts.Stop.STOP_SEQUENCE && sequence != null && asked.contains(sequence);
        String reason = switch (stop) {
            case CALLS -> "tool_use";
            case LENGTH -> "max_tokens";
            case FILTER -> "refusal";
            case END, STOP_SEQUENCE -> told ? "stop_sequence" : refused ? "refusal" : "end_turn";
        };
        return "\"stop_reason\":\"" + reason + "\",\"stop_sequence\":" + (told ? literal(sequence) : "null");
    }

    private static String literal(String text) {
        return new String(Json.literal(text), StandardCharsets.UTF_8);
    }

    /** The object {@code usage}: the three counters of the prompt are all of it, added. */
    static String usage(TokenUsage usage) {
        return "{\"input_tokens\":" + Math.max(0, usage.prompt() - usage.cached() - usage.written())
                + ",\"cache_creation_input_tokens\":" + usage.written() + ",\"cache_read_input_tokens\":"
                + usage.cached() + ",\"output_tokens\":" + usage.completion() + "}";
    }
}
