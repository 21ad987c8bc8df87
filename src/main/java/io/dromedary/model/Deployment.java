package io.dromedary.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One entry of {@code model_list}: an upstream, the model it is asked for, and how.
 *
 * @param id                 {@code model_info.id}, else a stable hash of the entry; what {@code x-litellm-model-id}
 *                           tells
 * @param routeName          the id in a form that is safe and unique as part of a Camel endpoint URI
 * @param group              its {@code model_name}, a pattern where it holds a {@code *}
 * @param provider           the provider's name, as in front of the slash of {@code litellm_params.model}
 * @param upstreamModel      the model's name upstream, without the provider prefix; may hold the {@code *} of the group
 * @param rawModel           {@code litellm_params.model} as written
 * @param baseUrl            where the upstream is, without a slash at its end
 * @param form               how it is asked, where that differs from OpenAI's API
 * @param apiKey             the upstream's key, or null for a keyless one
 * @param timeoutMs          {@code timeout}: for a plain answer, in ms
 * @param streamTimeoutMs    {@code stream_timeout}: for a stream, in ms
 * @param extraHeaders       headers to send upstream besides the gateway's own
 * @param defaultParameters  body fields to add where the client did not send them: name to JSON text
 * @param extraBody          body fields to set whatever the client sent ({@code extra_body}): name to JSON text
 * @param parameterSecrets   values that variables have brought into either: they are not told
 * @param dropParameters     whether a parameter that the upstream calls unsupported is dropped
 * @param alwaysDropped      {@code additional_drop_params}: body fields never sent
 * @param share              its weight among the deployments of its group
 * @param order              {@code order}: lower is asked first
 * @param retries            {@code num_retries} of its own
 * @param cooldownMs         {@code cooldown_time} of its own, in ms
 * @param parallel           {@code max_parallel_requests}; 0 for any number
 * @param keepAliveMs        {@code keepalive_seconds}, in ms
 * @param prices             what it costs
 * @param info               {@code model_info} as configured, with the prices of {@code litellm_params}
 * @param source             file and line of the entry
 */
public record Deployment(
        String id,
        String routeName,
        String group,
        String provider,
        String upstreamModel,
        String rawModel,
        String baseUrl,
        UpstreamForm form,
        Secret apiKey,
        OptionalLong timeoutMs,
        OptionalLong streamTimeoutMs,
        Map<String, String> extraHeaders,
        Map<String, String> defaultParameters,
        Map<String, String> extraBody,
        List<Secret> parameterSecrets,
        boolean dropParameters,
        List<String> alwaysDropped,
        Share share,
        int order,
        OptionalInt retries,
        OptionalLong cooldownMs,
        int parallel,
        OptionalLong keepAliveMs,
        Prices prices,
        Map<String, Object> info,
        String source) {

    private static final Set<String> NO_CHATS = Set.of("embedding", "audio_transcription", "audio_speech",
            "image_generation", "image_edit", "video_generation", "rerank", "moderation", "ocr", "realtime", "search");

    /** That of its id: a request looks deployments up several times, and a record's own goes through all of it. */
    @Override
    public int hashCode() {
        return id.hashCode();
    }

    /** The name of the model upstream when the client asked for {@code model}: the pattern's {@code *} is filled in. */
    public String upstreamModelFor(String model) {
        if (!upstreamModel.contains("*")) {
            return upstreamModel;
        }
        return upstreamModel.replace("*", NamePattern.of(group).wildcardPart(model));
    }

    /**
     * How long a stream may be silent once it has had content, in ms: {@code model_info.idle_timeout}, in seconds;
     * empty if it is not said.
     */
    public OptionalLong idleMs() {
        return info.get("idle_timeout") instanceof Number seconds && seconds.doubleValue() > 0
                ? OptionalLong.of(Math.max(1, Math.round(seconds.doubleValue() * 1000))) : OptionalLong.empty();
    }

    /** How many tokens a prompt may have: {@code model_info.max_input_tokens}; 0 if it is not said. */
    public long maxInputTokens() {
        return info.get("max_input_tokens") instanceof Number tokens ? Math.max(0, tokens.longValue()) : 0;
    }

    /** Whether its {@code model_info} leaves open, or says, that it can do that. */
    public boolean can(Need need) {
        return !"false".equalsIgnoreCase(String.valueOf(info.get(need.key())));
    }

    /**
     * Whether it speaks that dialect itself, beside chat: {@code model_info.supported_endpoints} names its path, or
     * {@code model_info.dialects} its name.
     */
    public boolean speaks(String dialect, String path) {
        return info.get("supported_endpoints") instanceof Collection<?> paths && paths.contains(path)
                || info.get("dialects") instanceof Collection<?> names && names.contains(dialect);
    }

    /**
     * Whether it counts the tokens of requests in that dialect: where it speaks it, or where
     * {@code model_info.supported_endpoints} names the path of the count alone.
     */
    public boolean counts(String dialect, String path, String countPath) {
        return speaks(dialect, path)
                || info.get("supported_endpoints") instanceof Collection<?> paths && paths.contains(countPath);
    }

    /**
     * Whether it writes its reasoning into the text, between {@code <think>} and {@code </think>}:
     * {@code model_info.reasoning_in_tags}.
     */
    public boolean reasoningInTags() {
        return Boolean.TRUE.equals(info.get("reasoning_in_tags"));
    }

    /** Whether it is meant for embeddings only: {@code model_info.mode: embedding}. */
    public boolean embeddingOnly() {
        return "embedding".equals(info.get("mode"));
    }

    /** Whether it answers chats, as far as {@code model_info.mode} says; without a mode it does. */
    public boolean chats() {
        return !NO_CHATS.contains(String.valueOf(info.get("mode")));
    }

    /**
     * The weights of a deployment in {@code simple-shuffle}; each is 0 where it is not set.
     *
     * @param weight {@code weight}
     * @param rpm    {@code rpm}, requests a minute
     * @param tpm    {@code tpm}, tokens a minute
     */
    public record Share(long weight, long rpm, long tpm) {
    }
}
