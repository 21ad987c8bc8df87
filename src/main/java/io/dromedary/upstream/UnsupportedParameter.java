package io.dromedary.upstream;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.attempt.ParameterChange;
import io.dromedary.upstream.UpstreamPhrases.Meaning;

/**
 * Finds out from an upstream's 400 or 422 which parameter it does not support, does not know or does not permit, and
 * whether it knows it under another name. An error about a value (out of range, wrong type) is never taken for that:
 * dropping the parameter would hide the client's mistake. One that permits the default only is: without the parameter,
 * the default holds.
 */
public final class UnsupportedParameter {

    /** Without these the request would be another one. */
    private static final Set<String> NEVER =
            Set.of("model", "messages", "prompt", "input", "stream", "tools", "tool_choice",
            "response_format");
    private static final List<String> CODES = List.of("unsupported_parameter", "unknown_parameter", "extra_forbidden",
            "unrecognized_parameter", "unsupported_value");
    /** The same limit under two names. */
    private static final Map<String, String> RENAMES = Map.of("max_tokens", "max_completion_tokens",
            "max_completion_tokens", "max_tokens");
    /** A text in quotes that stand at the edges of words, so that an apostrophe is none. */
    private static final Pattern QUOTED =
            Pattern.compile("(?<![A-Za-z0-9])(['\"`])([^'\"`\\n]{1,128})\\1(?![A-Za-z0-9])");
    private static final int MOST_LOOKED_FOR = 200;
    private static final int SHORTEST_WORD = 4;

    private UnsupportedParameter() {
    }

    /**
     * @param body what the upstream answered
     * @param sent the names of the fields that were sent
     * @return the one to leave out or to rename
     */
    public static Optional<ParameterChange> find(byte[] body, UpstreamError error, Collection<String> sent) {
        Set<String> names = new HashSet<>(sent);
        names.removeAll(NEVER);
        return fromDetail(body, names).or(() -> fromError(error, names)).map(name -> {
            String other = RENAMES.get(name);
            boolean renamed = other != null && !names.contains(other) && error.judged().contains(other);
            return new ParameterChange(name, renamed ? other : null);
        });
    }

    private static Optional<String> fromError(UpstreamError error, Set<String> sent) {
        String message = error.judged();
        boolean byCode = error.code() != null && CODES.contains(error.code());
        boolean byWords = UpstreamPhrases.say(Meaning.DEFAULT_ONLY, 0, true, message)
                || UpstreamPhrases.say(Meaning.PARAMETER_UNSUPPORTED, 0, true, message)
                && !UpstreamPhrases.say(Meaning.VALUE_WRONG, 0, true, message);
        if (!byCode && !byWords) {
            return Optional.empty();
        }
        if (error.param() != null) {
            return Optional.of(error.param()).filter(sent::contains);
        }
        List<String> quoted = new ArrayList<>();
        Matcher matcher = QUOTED.matcher(message);
        while (matcher.find()) {
            quoted.add(matcher.group(2));
        }
        return quoted.stream().filter(sent::contains).findFirst()
                .or(() -> mentioned(matcher.replaceAll(" ").toLowerCase(Locale.ROOT), sent));
    }

    /**
     * The longest name that is mentioned without quotes: it may hold another one. A short word, and an ordinary one,
     * needs the quotes.
     */
    private static Optional<String> mentioned(String message, Set<String> sent) {
        return sent.stream().limit(MOST_LOOKED_FOR)
                .filter(name -> name.length() >= SHORTEST_WORD && !name.equals("user") && !name.equals("stop"))
                .filter(name -> Pattern.compile("(?<![a-z0-9_])" + Pattern.quote(name.toLowerCase(Locale.ROOT))
                + "(?![a-z0-9_])")
                        .matcher(message).find())
                .max(Comparator.comparingInt(String::length));
    }

    /** FastAPI: {@code {"detail": [{"type": "extra_forbidden", "loc": ["body", "top_k"], "msg": "..."}]}}. */
    private static Optional<String> fromDetail(byte[] body, Set<String> sent) {
        try {
            JsonNode detail = ErrorExcerpt.of(body).path("detail");
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
}
