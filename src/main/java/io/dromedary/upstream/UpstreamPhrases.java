package io.dromedary.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.dromedary.model.Need;

/**
 * The words by which upstreams say what their error codes do not: one row a phrase, with the upstream that it was seen
 * at. A phrase is looked for anywhere in an error's text, in any case. A row that names a status counts for that status
 * only; one with an asterisk counts for the statuses that {@link ErrorClassifier} asks about. {@link UpstreamCodes} has
 * the codes and types.
 */
public final class UpstreamPhrases {

    /** What a phrase means. */
    public enum Meaning {
        /** The prompt does not fit into the model's context. */
        TOO_LONG,
        /** The provider does not want to answer such a prompt. */
        REFUSED_BY_POLICY,
        /** One request asks for more than the account may have at all: tokens per minute, or credit. */
        OVER_ALLOWANCE,
        /** A limit or budget of one of the upstream's end users is reached. */
        USER_LIMITED,
        /** This server cannot do what the request asks for; it is well, and another one may. */
        INCAPABLE,
        /** It cannot take images. */
        NO_IMAGES(Need.IMAGES),
        /** It cannot take audio. */
        NO_AUDIO(Need.AUDIO),
        /** It cannot take what is no text: which of that, the request tells. */
        TEXT_ONLY(Need.IMAGES, Need.AUDIO, Need.VIDEO, Need.FILES),
        /** It cannot call tools. */
        NO_TOOLS(Need.TOOLS),
        /** It cannot answer by a JSON schema. */
        NO_SCHEMA(Need.SCHEMA),
        /** The deployment's key is refused, under a status that says something else. */
        KEY_REFUSED,
        /** The account has no credit left, under a status that says something else. */
        PAYMENT_REQUIRED,
        /** The account or the place may not use it, under a status that says something else. */
        NOT_PERMITTED,
        /** The model's name is not known. */
        MODEL_UNKNOWN,
        /** An error without a status: there were too many requests. */
        RATE_LIMITED,
        /** An error without a status: the server has too much to do. */
        OVERLOADED,
        /** A parameter is not supported, not known or not permitted. */
        PARAMETER_UNSUPPORTED,
        /** A parameter may have its default value only. */
        DEFAULT_ONLY,
        /** The value of a parameter is wrong: to leave the parameter out would hide the client's mistake. */
        VALUE_WRONG;

        private final Set<Need> refused;

        Meaning(Need... refused) {
            this.refused = Set.of(refused);
        }

        /** What the server cannot do; empty where that is not said, or is no matter of the server. */
        public Set<Need> refused() {
            return refused;
        }
    }

    /**
     * One phrase.
     *
     * @param status the status that it counts for; 0 for any
     * @param text   the phrase, in small letters
     * @param seenAt which upstream says so
     */
    public record Phrase(Meaning meaning, int status, String text, String seenAt) {

        private boolean isIn(int of, boolean any, String lower) {
            return (status == of || any && status == 0) && lower.contains(text);
        }
    }

    private static final String TABLE = """
            TOO_LONG              | *   | context length                       | OpenAI, vLLM, Mistral, DeepSeek, \
            OpenRouter
            TOO_LONG              | *   | context size                         | llama-server
            TOO_LONG              | *   | context window                       | LiteLLM, OpenRouter, MiniMax
            TOO_LONG              | *   | context limit                        | Anthropic
            TOO_LONG              | *   | longer than the maximum model length | vLLM
            TOO_LONG              | *   | prompt is too long                   | Anthropic, Fireworks
            TOO_LONG              | *   | maximum number of tokens allowed     | Gemini
            TOO_LONG              | *   | maximum prompt length                | xAI
            TOO_LONG              | *   | range of input length should be      | DashScope
            TOO_LONG              | *   | `inputs` tokens + `max_new_tokens`   | TGI, Together
            TOO_LONG              | *   | `inputs` must have less than         | TGI
            TOO_LONG              | *   | input length exceeds                 | Ollama
            TOO_LONG              | *   | context the overflows                | LM Studio
            TOO_LONG              | *   | context overflow                     | LM Studio
            TOO_LONG              | *   | input is too long for requested model | Bedrock
            TOO_LONG              | *   | number of tokens in the prompt cannot exceed | Cohere
            TOO_LONG              | *   | reduce the length of the messages    | OpenAI, Groq, Cerebras
            TOO_LONG              | *   | exceeded model token limit           | Moonshot
            TOO_LONG              | *   | prompt exceeds max length            | Zhipu
            TOO_LONG              | *   | prompt token count of                | GitHub Copilot
            TOO_LONG              | *   | body too large for                   | GitHub Models
            TOO_LONG              | *   | cannot exceed the total tokens limit | watsonx
            TOO_LONG              | 500 | the request exceeds the available context size | llama-server
            TOO_LONG              | 500 | the input length exceeds the context length | Ollama
            REFUSED_BY_POLICY     | *   | content policy                       | OpenAI images
            REFUSED_BY_POLICY     | *   | safety system                        | OpenAI images
            REFUSED_BY_POLICY     | *   | content management policy            | Azure
            REFUSED_BY_POLICY     | *   | was flagged                          | OpenRouter
            REFUSED_BY_POLICY     | *   | moderation                           | OpenRouter, Moonshot
            REFUSED_BY_POLICY     | *   | inappropriate content                | DashScope
            REFUSED_BY_POLICY     | *   | content exists risk                  | DeepSeek
            REFUSED_BY_POLICY     | *   | content violates usage guidelines    | xAI
            OVER_ALLOWANCE        | 429 | request too large                    | OpenAI
            OVER_ALLOWANCE        | 413 | tokens per min                       | Groq
            OVER_ALLOWANCE        | 400 | request too large for model          | Groq
            OVER_ALLOWANCE        | 402 | can only afford                      | OpenRouter
            OVER_ALLOWANCE        | 402 | fewer max_tokens                     | OpenRouter
            USER_LIMITED          | *   | end user                             | LiteLLM
            USER_LIMITED          | *   | end-user                             | LiteLLM
            USER_LIMITED          | *   | end_user                             | LiteLLM
            USER_LIMITED          | *   | enduser                              | LiteLLM
            USER_LIMITED          | *   | per-user                             | Hugging Face
            INCAPABLE             | 500 | cannot use tools with stream         | llama-server
            INCAPABLE             | 500 | only one completion choice is allowed | llama-server
            INCAPABLE             | 500 | failed to parse messages             | llama-server
            INCAPABLE             | 500 | input is too large to process        | llama-server
            INCAPABLE             | 500 | [json.exception.                     | llama-server
            INCAPABLE             | 500 | unsupported content part type        | llama-server
            INCAPABLE             | 500 | missing 'role' in message            | llama-server
            TEXT_ONLY             | *   | mmproj                               | llama-server
            NO_IMAGES             | *   | image input is not supported         | llama-server
            NO_AUDIO              | *   | audio input is not supported         | llama-server
            TEXT_ONLY             | *   | does not support multimodal          | llama-server
            NO_TOOLS              | *   | requires --jinja                     | llama-server
            INCAPABLE             | *   | no endpoints found that              | OpenRouter
            NO_IMAGES             | *   | found that support image input       | OpenRouter
            NO_AUDIO              | *   | found that support input audio       | OpenRouter
            NO_TOOLS              | *   | found that support tool use          | OpenRouter
            TEXT_ONLY             | *   | is not a multimodal model            | vLLM
            NO_IMAGES             | *   | at most 0 image                      | vLLM
            NO_AUDIO              | *   | at most 0 audio                      | vLLM
            NO_TOOLS              | *   | tool choice requires                 | vLLM
            NO_TOOLS              | *   | does not support tools               | Ollama
            NO_IMAGES             | *   | missing data required for image input | Ollama
            NO_IMAGES             | *   | does not support image               | LM Studio, Mistral
            NO_AUDIO              | *   | does not support audio               | OpenAI
            NO_IMAGES             | *   | does not support vision              | several
            NO_TOOLS              | *   | does not support function calling    | several
            NO_IMAGES             | *   | image_url is only supported by       | OpenAI
            NO_IMAGES             | *   | unknown variant `image_url`          | DeepSeek
            NO_TOOLS              | *   | `tool calling` is not supported      | Groq
            NO_SCHEMA             | *   | does not support response format     | Groq
            NO_SCHEMA             | *   | response_format type is unavailable  | DeepSeek
            NO_SCHEMA             | *   | of type 'json_schema' is not supported | OpenAI
            INCAPABLE             | 500 | jinja exception                      | llama-server
            INCAPABLE             | 500 | raise_exception(                     | llama-server
            INCAPABLE             | 400 | 'response_format.type' must be       | LM Studio
            INCAPABLE             | 400 | is not enabled for models/           | Gemini
            INCAPABLE             | 400 | 'failed_generation'                  | Groq
            INCAPABLE             | *   | (s) may be provided in one           | vLLM
            INCAPABLE             | *   | tool use in streaming mode           | Bedrock
            INCAPABLE             | 400 | content must be a string             | Groq
            NO_IMAGES             | 400 | image input modality is not enabled  | Gemini
            NO_TOOLS              | 400 | function calling is not enabled      | Gemini
            NO_SCHEMA             | 400 | invalid value: `json_schema`         | Volcengine Ark
            KEY_REFUSED           | 400 | api key not valid                    | Gemini
            KEY_REFUSED           | 400 | api key expired                      | Gemini
            KEY_REFUSED           | 400 | incorrect api key provided           | xAI
            PAYMENT_REQUIRED      | 400 | credit balance is too low            | Anthropic
            NOT_PERMITTED         | 400 | user location is not supported       | Gemini
            MODEL_UNKNOWN         | *   | does not exist or you do not have access | OpenAI
            MODEL_UNKNOWN         | *   | model not found                      | several
            MODEL_UNKNOWN         | *   | model not exist                      | DeepSeek
            MODEL_UNKNOWN         | *   | model does not exist                 | several
            MODEL_UNKNOWN         | *   | unknown model                        | several
            MODEL_UNKNOWN         | *   | no such model                        | several
            MODEL_UNKNOWN         | *   | invalid model name                   | LiteLLM
            MODEL_UNKNOWN         | *   | is not a valid model id              | OpenRouter
            MODEL_UNKNOWN         | *   | is not found for api version         | Gemini
            RATE_LIMITED          | *   | rate limit                           | OpenAI
            RATE_LIMITED          | *   | too many requests                    | several
            OVERLOADED            | *   | overloaded                           | Anthropic, OpenAI
            OVERLOADED            | *   | at capacity                          | Groq
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
            DEFAULT_ONLY          | *   | only the default                     | OpenAI
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

    /** The phrases of {@code text}, which came with that status, that say what the server cannot do. */
    static List<Phrase> incapable(int status, boolean any, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return ALL.stream().filter(phrase -> (phrase.meaning() == Meaning.INCAPABLE
                || !phrase.meaning().refused().isEmpty()) && phrase.isIn(status, any, lower)).toList();
    }

    /**
     * Whether {@code text}, which came with that status, has a phrase of that meaning.
     *
     * @param any whether rows that name no status count too
     */
    static boolean say(Meaning meaning, int status, boolean any, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (Phrase phrase : ALL) {
            if (phrase.meaning() == meaning && phrase.isIn(status, any, lower)) {
                return true;
            }
        }
        return false;
    }
}
