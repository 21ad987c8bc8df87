package io.dromedary.config;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.json.Json;
import io.dromedary.model.Secret;
import io.dromedary.yaml.YamlTree;

/**
 * Tells the settings among {@code litellm_params} from the default request parameters ({@code temperature: 0.2}), of
 * which there is a closed list: what LiteLLM consumes itself must not be sent upstream. Any other key is not sent, and
 * told. A key that is nearly a setting is taken for a misspelling and stops the start: without {@code api_base} the
 * requests would go to another server than its author meant.
 */
final class RequestParameters {

    private static final KnownKeys KNOWN = KnownKeys.LITELLM_PARAMS;

    /** The parameters of chat, completion and embedding requests of OpenAI and of the servers that follow it. */
    private static final Set<String> PARAMETERS = Set.of("temperature", "top_p", "top_k", "min_p", "n", "stop", "seed",
            "max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty", "repetition_penalty",
            "repeat_penalty", "logit_bias", "logprobs", "top_logprobs", "response_format", "tools", "tool_choice",
            "parallel_tool_calls", "reasoning_effort", "reasoning", "thinking", "verbosity", "store", "metadata",
            "user",
            "service_tier", "stream_options", "chat_template_kwargs", "enable_thinking", "cache_prompt", "grammar",
            "guided_json", "guided_regex", "dimensions", "encoding_format", "input_type", "truncate", "mirostat",
            "typical_p",
            "modalities", "prediction", "safety_identifier", "prompt_cache_key", "web_search_options", "echo",
            "best_of",
            "suffix", "ignore_eos", "min_tokens", "n_predict", "provider", "transforms", "models", "route",
            "max_output_tokens", "audio", "functions", "function_call", "prompt_cache_retention", "top_a", "tfs_z",
            "length_penalty", "use_beam_search", "include_stop_str_in_output", "skip_special_tokens",
            "spaces_between_special_tokens", "guided_choice", "guided_grammar", "structured_outputs", "stop_token_ids",
            "bad_words", "dry_multiplier", "xtc_probability", "samplers", "json_schema", "priority",
            "thinking_budget", "search_parameters", "safe_prompt", "random_seed", "preset", "plugins", "include",
            "include_reasoning", "enable_search", "return_images", "search_domain_filter");

    private final Findings faults;
    private final ScalarReader scalars;
    private final SectionCheck check;
    private final List<String> notes;

    RequestParameters(Findings faults, ScalarReader scalars, SectionCheck check, List<String> notes) {
        this.faults = faults;
        this.scalars = scalars;
        this.check = check;
        this.notes = notes;
    }

    /** Reads the parameters of the deployment in {@code group} and checks its settings on the way. */
    Defaults read(String group, YamlTree params) {
        List<Secret> secrets = new ArrayList<>();
        Map<String, String> defaults = new LinkedHashMap<>();
        params.entries().forEach((key, value) -> {
            Optional<KnownKey> known = KNOWN.find(key);
            if (known.isPresent()) {
                check.checkKnown(params, known.get(), value, KNOWN);
            } else if (PARAMETERS.contains(key)) {
                defaults.put(key, json(params, key, value, secrets));
            } else if (!key.equals("litellm_credential_name")) {
                notSent(params, key);
            }
        });
        if (!defaults.isEmpty()) {
            notes.add("Default request parameters of " + group + " (" + params.place().file() + ":"
                    + params.place().line() + "): " + String.join(", ", defaults.keySet()));
        }
        Map<String, String> extraBody = new LinkedHashMap<>();
        params.get("extra_body").ifPresent(
                body -> body.entries().forEach((key, value) -> extraBody.put(key, json(body, key, value, secrets))));
        return new Defaults(defaults, extraBody, List.copyOf(secrets));
    }

    private void notSent(YamlTree params, String key) {
        Optional<String> setting = NearestKey.withinTwoLetters(key, KNOWN.suggestions());
        if (setting.isPresent()) {
            faults.stop(Rule.KNOWN_KEY, params.placeOfKey(key), KNOWN.path(key), "is not a key of litellm_params",
                    "Did you mean " + setting.get() + "? To send it upstream as it is, put it under extra_body");
            return;
        }
        faults.warn(Rule.KNOWN_KEY, params.placeOfKey(key), KNOWN.path(key),
                "is neither a setting nor a request parameter that is known, so it is not sent",
                NearestKey.withinTwoLetters(key, PARAMETERS).map(near -> "Did you mean " + near + "?")
                .orElse("To send it upstream as it is, put it under extra_body"));
    }

    /** Whether {@code key} is sent upstream as a default. */
    static boolean isParameter(String key) {
        return PARAMETERS.contains(key);
    }

    private String json(YamlTree map, String key, YamlTree value, List<Secret> secrets) {
        return new String(Json.bytes(resolved(value, map.placeOfKey(key), KNOWN.path(key), secrets)),
                StandardCharsets.UTF_8);
    }

    /**
     * The value with every {@code os.environ/NAME} in it resolved, bare ones in lists too, which LiteLLM leaves. As in
     * LiteLLM, a variable that says true or false is a boolean then.
     */
    private Object resolved(YamlTree value, Place place, String path, List<Secret> secrets) {
        if (value.isMap()) {
            Map<String, Object> map = new LinkedHashMap<>();
            value.entries().forEach(
                    (key, entry) -> map.put(key, resolved(entry, value.placeOfKey(key), path + "." + key, secrets)));
            return map;
        }
        if (value.isList()) {
            return value.items().stream().map(item -> resolved(item, item.place(), path + "[]", secrets)).toList();
        }
        if (!scalars.isReference(value)) {
            return value.value();
        }
        String text = scalars.resolve(value, place, path).orElse("");
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return Boolean.valueOf(text);
        }
        if (!text.isEmpty()) {
            secrets.add(new Secret(text));
        }
        return text;
    }

    /**
     * What a deployment adds to a request body, as JSON texts by name.
     *
     * @param defaults  where the client did not send the field
     * @param extraBody whatever the client sent
     * @param secrets   what variables have brought into them
     */
    record Defaults(Map<String, String> defaults, Map<String, String> extraBody, List<Secret> secrets) {
    }
}
