package io.dromedary.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What each key that is read does here, in a line: for the schema that editors show and for the report of an import. A
 * row that begins with {@code !} tells of a behaviour that differs from LiteLLM's.
 */
final class KeyNotes {

    private static final String TABLE = """
            model_list=The deployments. Those with the same model_name are one group.
            litellm_settings=Fallbacks, retries and time-outs for all models.
            router_settings=How deployments of a group are chosen, retried and left alone. What may stand here and in \
            litellm_settings counts here first.
            general_settings=The master key, default models, the size limit.
            environment_variables=Variables for os.environ/NAME, over the environment and .env.
            include=Further files: their lists are added, every other key replaces the one here. Not followed further.
            model_list[].model_name=The name that clients use. May hold one *.
            model_list[].litellm_params=Where the model is and how it is asked.
            model_list[].model_info=id names the deployment, mode: embedding keeps it from being a default for chats; \
            all else is yours, for /model/info and routes.
            model_list[].litellm_params.model=The provider, a slash, the model's name at the upstream.
            model_list[].litellm_params.custom_llm_provider=The provider, where model does not begin with it.
            !model_list[].litellm_params.api_key=The upstream's key. Without it no Authorization is sent, and a \
            keyless server needs no dummy; with a variable that is not set the entry is not served.
            model_list[].litellm_params.api_base=The upstream's URL with /v1; /chat/completions and the like are put \
            behind it.
            model_list[].litellm_params.base_url=The same as api_base.
            model_list[].litellm_params.api_version=Azure's api-version; v1, latest and preview mean its /openai/v1.
            model_list[].litellm_params.azure_ad_token=A token for Azure in place of api_key, sent as a Bearer token.
            model_list[].litellm_params.aws_region_name=The region of bedrock/.
            model_list[].litellm_params.vertex_project=The project of vertex_ai/.
            model_list[].litellm_params.vertex_location=The location of vertex_ai/.
            !model_list[].litellm_params.ssl_verify=true only; with false a deployment at an https address is not \
            served, since its certificate would be checked.
            model_list[].litellm_params.organization=Sent as OpenAI-Organization.
            model_list[].litellm_params.timeout=Seconds until the head of a plain answer, and until a stream's first \
            content where there is no stream_timeout.
            model_list[].litellm_params.stream_timeout=Seconds until a stream's first content.
            model_list[].litellm_params.rpm=Requests a minute: a weight, and with usage-based-routing a limit.
            model_list[].litellm_params.tpm=Tokens a minute: a weight, and with usage-based-routing a limit.
            model_list[].litellm_params.weight=Its share among the deployments of its group.
            model_list[].litellm_params.order=A lower one of its group is asked first.
            !model_list[].litellm_params.num_retries=How often it is asked again. Unset it is 2 only where nobody \
            else can be asked; retries are at most a fifth of all requests.
            !model_list[].litellm_params.cooldown_time=Seconds that it is left alone after failures, whoever else is \
            in its group; a probe that spends no token comes before its return.
            model_list[].litellm_params.max_parallel_requests=How many requests it serves at a time.
            model_list[].litellm_params.keepalive_seconds=How often a comment is sent to a client while a stream \
            waits for its first content.
            model_list[].litellm_params.input_cost_per_token=USD, for cost-based-routing.
            model_list[].litellm_params.output_cost_per_token=USD, for cost-based-routing.
            !model_list[].litellm_params.drop_params=true leaves out a parameter that the upstream itself calls \
            unsupported, sends once more, and tells so in x-dromedary-dropped-params. Nothing is left out on a guess.
            model_list[].litellm_params.additional_drop_params=Body fields that are never sent.
            !model_list[].litellm_params.allowed_openai_params=Accepted; every parameter goes upstream anyway.
            model_list[].litellm_params.extra_headers=Headers to send upstream.
            model_list[].litellm_params.headers=The same as extra_headers.
            model_list[].litellm_params.extra_body=Body fields to set, whatever the client sent.
            !litellm_settings.drop_params=As in litellm_params, for all: what an upstream calls unsupported is left \
            out and told, nothing on a guess.
            litellm_settings.request_timeout=Seconds until the head of a plain answer.
            !litellm_settings.num_retries=How often a deployment is asked again. Unset it is 2 only where nobody else \
            can be asked.
            !litellm_settings.allowed_fails=Failures in a minute before a deployment is left alone. Counts here too.
            litellm_settings.sse_keepalive_ping_interval_seconds=keepalive_seconds for all deployments.
            !litellm_settings.fallbacks=Who is asked when a model cannot answer. Never for the client's own mistakes, \
            never after the first content.
            !litellm_settings.context_window_fallbacks=Who is asked when a prompt is too long. Without a list it is \
            the client's 400.
            litellm_settings.content_policy_fallbacks=Who is asked when a provider refuses a prompt.
            litellm_settings.default_fallbacks=Fallbacks of a model without a list of its own.
            litellm_settings.max_fallbacks=How many groups are asked after the first at most.
            !litellm_settings.callbacks=Not run; one that restricts what may be asked stops the start.
            !litellm_settings.success_callback=Not run; one that restricts what may be asked stops the start.
            !litellm_settings.failure_callback=Not run; one that restricts what may be asked stops the start.
            !litellm_settings.service_callback=Not run; one that restricts what may be asked stops the start.
            router_settings.routing_strategy=In which order the deployments of a group are asked.
            !router_settings.optional_pre_call_checks=Not done; one that may refuse requests stops the start.
            router_settings.model_group_alias=Other names for model groups.
            !router_settings.num_retries=How often a deployment is asked again. Unset it is 2 only where nobody else \
            can be asked.
            router_settings.retry_policy=Retries by the kind of failure.
            router_settings.model_group_retry_policy=The same for single groups.
            router_settings.timeout=Seconds until the head of a plain answer.
            router_settings.request_timeout=The same as timeout.
            router_settings.stream_timeout=Seconds until a stream's first content.
            !router_settings.fallbacks=Who is asked when a model cannot answer. Never for the client's own mistakes, \
            never after the first content.
            !router_settings.context_window_fallbacks=Who is asked when a prompt is too long. Without a list it is \
            the client's 400.
            router_settings.content_policy_fallbacks=Who is asked when a provider refuses a prompt.
            router_settings.default_fallbacks=Fallbacks of a model without a list of its own.
            router_settings.max_fallbacks=How many groups are asked after the first at most.
            !router_settings.allowed_fails=Failures in a minute before a deployment is left alone, whatever the number.
            router_settings.allowed_fails_policy=The same by the kind of failure.
            !router_settings.cooldown_time=Seconds that a deployment is left alone, the only one of its group too.
            router_settings.disable_cooldowns=true: no deployment is ever left alone.
            router_settings.default_max_parallel_requests=max_parallel_requests of those without their own.
            router_settings.hedge_after_ms=Dromedary's own: model group to ms without a token, after which the next \
            deployment is asked too.
            !general_settings.master_key=The one key that opens the gateway. Without it nothing starts; LiteLLM would \
            be open to everybody.
            !general_settings.completion_model=The model of chats that name none; it does not replace a model that is \
            named.
            general_settings.embedding_model=The model of embeddings that name none.
            general_settings.litellm_key_header_name=One more header that may carry the key.
            general_settings.max_request_size_mb=The largest request body, in MB.
            !general_settings.allow_requests_on_db_unavailable=Accepted, and opens nothing: every request needs the \
            master key.
            """;
    private static final Map<String, String> NOTES = new LinkedHashMap<>();

    static {
        TABLE.lines().forEach(row -> NOTES.put(row.substring(row.startsWith("!") ? 1 : 0, row.indexOf('=')),
                (row.startsWith("!") ? "!" : "") + row.substring(row.indexOf('=') + 1)));
    }

    private KeyNotes() {
    }

    /** What the key of that full name does; empty where it is not read. */
    static Optional<String> of(String path) {
        return Optional.ofNullable(NOTES.get(path)).map(note -> note.startsWith("!") ? note.substring(1) : note);
    }

    /** Whether it behaves otherwise than LiteLLM's. */
    static boolean differs(String path) {
        return NOTES.getOrDefault(path, "").startsWith("!");
    }

    /** The names of all keys that have a note. */
    static Iterable<String> paths() {
        return NOTES.keySet();
    }
}
