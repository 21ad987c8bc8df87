package io.dromedary.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;


/**
 * What an upstream said of an error, in whatever shape it said it: OpenAI's envelope, llama-server's with a number for
 * a code, Gemini's in a list, OpenRouter's with a provider's own error inside, FastAPI's {@code detail}, a bare text.
 * Raw, to be judged: secrets may stand in it, and {@link ErrorClassifier} blots what goes out.
 *
 * @param message for people; may be empty
 * @param type    OpenAI's type, or null
 * @param code    OpenAI's code as text, or null; a number is no code of OpenAI's
 * @param param   the field that is meant, or null
 * @param number  the status that the error itself names, by a number or by a code, a type or a status that
 *                {@link UpstreamCodes} has; or 0
 * @param reasons why the prompt was refused ({@code metadata.reasons}, OpenRouter)
 */
public record UpstreamError(String message, String type, String code, String param, int number, List<String> reasons) {

    private static final int LONGEST_TEXT = 64 * 1024;
    private static final int MOST_JUDGED = 16 * 1024;
    private static final int MOST_REASONS = 20;

    /** Reads a body that came with an error status, or that holds an error object. */
    public static UpstreamError read(byte[] body) {
        try {
            JsonNode root = ErrorExcerpt.of(body);
            JsonNode first = root.isArray() && root.size() > 0 ? root.get(0) : root;
            if (first.isObject()) {
                return of(first.has("error") ? first.get("error") : first, first);
            }
        } catch (IOException e) {
            // no JSON: taken as text below
        }
        String text = new String(body, 0, Math.min(body.length, LONGEST_TEXT), StandardCharsets.UTF_8).strip();
        return new UpstreamError(text.startsWith("<") ? "" : text, null, null, null, 0, List.of());
    }

    private static UpstreamError of(JsonNode error, JsonNode root) {
        String message = error.isTextual() ? error.asText() : firstText(error, "message", "msg", "detail", "error");
        if (message.isEmpty() && error.has("detail")) {
            message = error.get("detail").toString();
        }
        JsonNode metadata = error.path("metadata");
        if (metadata.path("raw").isTextual()) {
            message += ": " + metadata.get("raw").asText();
        }
        String code = text(error, "code");
        String type = text(error, "type");
        return new UpstreamError(message, type, code, text(error, "param"), number(error, root, code, type),
                reasons(metadata));
    }

    private static int number(JsonNode error, JsonNode root, String code, String type) {
        for (JsonNode node : List.of(error, root)) {
            for (String name : List.of("code", "status", "status_code", "http_code")) {
                int number = node.path(name).isInt() ? node.get(name).asInt()
                        : UpstreamCodes.statusOf(text(node, name));
                if (number >= 400 && number < 600) {
                    return number;
                }
            }
        }
        return UpstreamCodes.statusOf(code) > 0 ? UpstreamCodes.statusOf(code) : UpstreamCodes.statusOf(type);
    }

    private static List<String> reasons(JsonNode metadata) {
        List<String> reasons = new ArrayList<>();
        for (JsonNode reason : metadata.path("reasons")) {
            if (reason.isTextual() && reasons.size() < MOST_REASONS) {
                reasons.add(reason.asText());
            }
        }
        return reasons;
    }

    /** What is searched for phrases: the beginning of the message, which may be long. */
    String judged() {
        return message.length() > MOST_JUDGED ? message.substring(0, MOST_JUDGED) : message;
    }

    /** Whether its code or its type is one of {@code words}. */
    boolean is(String... words) {
        for (String word : words) {
            if (word.equalsIgnoreCase(code) || word.equalsIgnoreCase(type)) {
                return true;
            }
        }
        return false;
    }

    private static String firstText(JsonNode node, String... names) {
        for (String name : names) {
            String text = text(node, name);
            if (text != null) {
                return text;
            }
        }
        return "";
    }

    /** The field as a text; null where it is none, or an empty one. */
    private static String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isTextual() && !value.asText().isBlank() ? value.asText() : null;
    }
}
