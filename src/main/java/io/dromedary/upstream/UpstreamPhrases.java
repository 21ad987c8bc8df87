package io.dromedary.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The words by which upstreams say what their error codes do not: one row a phrase, with the upstream that it was seen
 * at. A phrase is looked for anywhere in an error's message, in any case. Where a row names a status, it counts for
 * that status only.
 */
public final class UpstreamPhrases {

    /** What a phrase means. */
    public enum Meaning {
        /** The prompt does not fit into the model's context. */
        TOO_LONG,
        /** The provider does not want to answer such a prompt. */
        REFUSED_BY_POLICY,
        /** This server cannot do what the request asks for; it is well, and another one may. */
        INCAPABLE,
        /** A parameter is not supported, not known or not permitted. */
        PARAMETER_UNSUPPORTED,
        /** The value of a parameter is wrong: to leave the parameter out would hide the client's mistake. */
        VALUE_WRONG
    }

    /**
     * One phrase.
     *
     * @param status the status that it counts for; 0 for any
     * @param text   the phrase, in small letters
     * @param seenAt which upstream says so
     */
    public record Phrase(Meaning meaning, int status, String text, String seenAt) {

        private boolean isIn(int errorStatus, String lowerMessage) {
            return (status == 0 || status == errorStatus) && lowerMessage.contains(text);
        }
    }

    private static final String TABLE = """
            TOO_LONG              | *   | context length                       | OpenAI, vLLM
            TOO_LONG              | *   | context size                         | llama-server
            TOO_LONG              | *   | context window                       | LiteLLM, OpenRouter
            REFUSED_BY_POLICY     | *   | content policy                       | OpenAI images
            REFUSED_BY_POLICY     | *   | safety system                        | OpenAI images
            REFUSED_BY_POLICY     | *   | content management policy            | Azure
            INCAPABLE             | 500 | cannot use tools with stream         | llama-server
            INCAPABLE             | 500 | only one completion choice is allowed | llama-server
            INCAPABLE             | 500 | failed to parse messages             | llama-server
            INCAPABLE             | 500 | input is too large to process        | llama-server
            INCAPABLE             | 500 | [json.exception.                     | llama-server
            INCAPABLE             | 500 | unsupported content part type        | llama-server
            INCAPABLE             | 500 | missing 'role' in message            | llama-server
            PARAMETER_UNSUPPORTED | *   | unsupported                          | OpenAI
            PARAMETER_UNSUPPORTED | *   | not supported                        | OpenAI, vLLM
            PARAMETER_UNSUPPORTED | *   | doesn't support                      | several
            PARAMETER_UNSUPPORTED | *   | doesnt support                       | several
            PARAMETER_UNSUPPORTED | *   | does not support                     | several
            PARAMETER_UNSUPPORTED | *   | unknown                              | Mistral
            PARAMETER_UNSUPPORTED | *   | unrecognized                         | OpenAI
            PARAMETER_UNSUPPORTED | *   | unrecognised                         | several
            PARAMETER_UNSUPPORTED | *   | unexpected                           | several
            PARAMETER_UNSUPPORTED | *   | not permitted                        | FastAPI
            PARAMETER_UNSUPPORTED | *   | not allowed                          | several
            PARAMETER_UNSUPPORTED | *   | extra inputs                         | FastAPI
            PARAMETER_UNSUPPORTED | *   | extra fields                         | FastAPI
            PARAMETER_UNSUPPORTED | *   | additional properties                | JSON Schema
            PARAMETER_UNSUPPORTED | *   | no such parameter                    | several
            VALUE_WRONG           | *   | must be                              | OpenAI
            VALUE_WRONG           | *   | should be                            | vLLM, FastAPI
            VALUE_WRONG           | *   | less than                            | FastAPI
            VALUE_WRONG           | *   | greater than                         | FastAPI
            VALUE_WRONG           | *   | at least                             | OpenAI
            VALUE_WRONG           | *   | at most                              | OpenAI
            VALUE_WRONG           | *   | out of range                         | several
            VALUE_WRONG           | *   | between                              | several
            VALUE_WRONG           | *   | too large                            | several
            VALUE_WRONG           | *   | too small                            | several
            VALUE_WRONG           | *   | too long                             | several
            VALUE_WRONG           | *   | too high                             | several
            VALUE_WRONG           | *   | too low                              | several
            VALUE_WRONG           | *   | maximum                              | several
            VALUE_WRONG           | *   | minimum                              | several
            VALUE_WRONG           | *   | unsupported value                    | OpenAI
            VALUE_WRONG           | *   | invalid value                        | OpenAI
            VALUE_WRONG           | *   | invalid type                         | OpenAI
            VALUE_WRONG           | *   | expected a                           | Go, Rust
            """;

    private static final List<Phrase> ALL = read();

    private UpstreamPhrases() {
    }

    private static List<Phrase> read() {
        List<Phrase> phrases = new ArrayList<>();
        TABLE.lines().map(row -> row.split("\\|", 4))
                .forEach(cells -> phrases.add(new Phrase(Meaning.valueOf(cells[0].trim()),
                cells[1].trim().equals("*") ? 0 : Integer.parseInt(cells[1].trim()), cells[2].trim(),
                cells[3].trim())));
        return List.copyOf(phrases);
    }

    /** All of them, in the order of the table. */
    public static List<Phrase> all() {
        return ALL;
    }

    /** Whether {@code message}, which came with that status, has a phrase of that meaning. */
    static boolean say(Meaning meaning, int status, String message) {
        String lower = message.toLowerCase(Locale.ROOT);
        return ALL.stream().anyMatch(phrase -> phrase.meaning() == meaning && phrase.isIn(status, lower));
    }
}
