package io.dromedary.relay;

import java.io.IOException;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;
import io.dromedary.model.Endpoint;

/** Tells an answer that may be given again from one that is empty, was filtered, or ends nobody knows how. */
public final class GoodAnswer {

    /** How a choice ends that is as the model has it: {@code length} is where the client wanted no more. */
    private static final Set<String> GOOD_ENDS = Set.of("stop", "length", "tool_calls", "function_call");

    private GoodAnswer() {
    }

    /**
     * Whether each of its choices has content and a good end; of a kind that has no choices, whether it is an object.
     *
     * @param answer as the client got it
     * @param kind   of which kind it is
     * @param stream whether it is a stream of events
     */
    public static boolean is(byte[] answer, Endpoint.Answer kind, boolean stream) {
        try {
            byte[] whole = stream ? AnswerOfChunks.of(answer) : answer;
            ObjectFields.Field choices = ObjectFields.pickOfAnswer(whole, "choices").find("choices").orElse(null);
            return !kind.streams()
                    || choices != null && choices.kind() == JsonToken.START_ARRAY && areGood(whole, choices);
        } catch (IOException | UpstreamFailed e) {
            return false;
        }
    }

    private static boolean areGood(byte[] answer, ObjectFields.Field choices) throws IOException {
        JsonWalk walk = JsonWalk.overAnswer(answer, choices.value(), choices.end());
        walk.next();
        boolean any = false;
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() != JsonToken.START_OBJECT || !isGood(walk)) {
                return false;
            }
            any = true;
        }
        return any;
    }

    private static boolean isGood(JsonWalk choice) throws IOException {
        boolean ended = false;
        boolean filled = false;
        while (choice.next() == JsonToken.FIELD_NAME) {
            String name = choice.name("finish_reason", "text", "message");
            choice.next();
            switch (name) {
                case "finish_reason" -> ended =
                        choice.token() == JsonToken.VALUE_STRING && GOOD_ENDS.contains(choice.beginning(20));
                case "text" -> filled |= choice.hasText();
                case "message" -> filled |= choice.token() == JsonToken.START_OBJECT && hasContent(choice);
                default -> { }
            }
            choice.skip();
        }
        return ended && filled;
    }

    private static boolean hasContent(JsonWalk message) throws IOException {
        boolean content = false;
        while (message.next() == JsonToken.FIELD_NAME) {
            boolean counts = !message.name("content", "tool_calls", "function_call", "audio").isEmpty();
            message.next();
            content |= Json.isFilled(message) && counts;
            message.skip();
        }
        return content;
    }
}
