package io.dromedary.upstream;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.json.Json;
import io.dromedary.upstream.UpstreamPhrases.Meaning;

/**
 * Finds out from an upstream's 400 or 422 which parameter it does not support, does not know or does not permit. An
 * error about a value (out of range, wrong type) is never taken for that: dropping the parameter would hide the
 * client's mistake.
 */
public final class UnsupportedParameter {

    /** Without these the request would be another one. */
    private static final Set<String> NEVER =
            Set.of("model", "messages", "prompt", "input", "stream", "tools", "tool_choice",
            "response_format");
    private static final List<String> CODES = List.of("unsupported_parameter", "unknown_parameter", "extra_forbidden",
            "unrecognized_parameter");

    private UnsupportedParameter() {
    }

    /**
     * @param body what the upstream answered
     * @param sent the names of the fields that were sent
     * @return the one to leave out
     */
    public static Optional<String> find(byte[] body, UpstreamError error, Collection<String> sent) {
        return fromDetail(body, sent).or(() -> fromError(error, sent))
                .filter(name -> sent.contains(name) && !NEVER.contains(name));
    }

    private static Optional<String> fromError(UpstreamError error, Collection<String> sent) {
        String message = error.judged().toLowerCase(Locale.ROOT);
        boolean byCode = error.code() != null && CODES.contains(error.code());
        if (!byCode && (!UpstreamPhrases.say(Meaning.PARAMETER_UNSUPPORTED, 0, true, message)
                || UpstreamPhrases.say(Meaning.VALUE_WRONG, 0, true, message))) {
            return Optional.empty();
        }
        if (error.param() != null && sent.contains(error.param())) {
            return Optional.of(error.param());
        }
        return sent.stream().filter(name -> mentions(message, name.toLowerCase(Locale.ROOT))).findFirst();
    }

    /** FastAPI: {@code {"detail": [{"type": "extra_forbidden", "loc": ["body", "top_k"], "msg": "..."}]}}. */
    private static Optional<String> fromDetail(byte[] body, Collection<String> sent) {
        try {
            JsonNode detail = Json.tree(body).path("detail");
            for (JsonNode item : detail) {
                String kind = (item.path("type").asText() + " " + item.path("msg").asText()).toLowerCase(Locale.ROOT);
                String name = item.path("loc").path(1).asText();
                if (sent.contains(name) && (kind.contains("extra_forbidden") || kind.contains("not permitted"))) {
                    return Optional.of(name);
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** The name as a word of its own; one of a few letters ({@code n}) only in quotes. */
    private static boolean mentions(String message, String name) {
        String quoted = "['\"`]" + Pattern.quote(name) + "['\"`]";
        String word = "(?<![a-z0-9_])" + Pattern.quote(name) + "(?![a-z0-9_])";
        return Pattern.compile(name.length() < 4 || name.equals("user") || name.equals("stop") ? quoted : word)
                .matcher(message).find();
    }
}
