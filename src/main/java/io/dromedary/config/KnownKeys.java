package io.dromedary.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keys of LiteLLM's configuration, section by section: the one table from which the check, the schema that editors
 * read and the report of an import are made. A section has four tables; which one a key stands in says what becomes of
 * it. A row is the key and the form of its value. A row of a key that is read goes on with what the key does here:
 * behind {@code =} where that is what LiteLLM does, behind {@code !} where it differs.
 */
enum KnownKeys {

    TOP_LEVEL("",
            """
            model_list list = The deployments. Those with the same model_name are one group.
            litellm_settings map = Fallbacks, retries and time-outs for all models.
            router_settings map = How deployments of a group are chosen, retried and left alone. What may stand here \
            and in litellm_settings counts here first.
            general_settings map = The master key, default models, the size limit.
            virtual_keys list ! Dromedary's own: the keys of apps, which LiteLLM keeps in its database.
            environment_variables map = Variables for os.environ/NAME, over the environment and .env.
            include texts = Further files: their lists are added, every other key replaces the one here. Not followed \
            further.
            """,
            "",
            """
            callback_settings any
            credential_list any
            prompts any
            mcp_servers any
            mcp_tools any
            vector_store_registry any
            search_tools any
            assistant_settings any
            finetune_settings any
            files_settings any
            default_vertex_config any
            worker_config any
            """,
            """
            guardrails any
            """),

    MODEL("model_list[]",
            """
            model_name text = The name that clients use. May hold one *.
            litellm_params map = Where the model is and how it is asked.
            model_info map ! id names the deployment, mode: embedding keeps it from being a default for chats; \
            supports_vision: false and the like keep requests from it that ask for what it cannot; all else is yours, \
            for /model/info and routes.
            """,
            "",
            "",
            ""),

    VIRTUAL_KEY("virtual_keys[]",
            """
            key_alias text = Its name in log, metrics, usage and on the page.
            key any ! os.environ/NAME, or sha256: and the key's hash. A list has several that are accepted, the new \
            one \
            and the one that it replaces.
            key_hash any ! Hashes alone, as key.
            models texts = The models that it may ask for: names, patterns with a *, access groups. Unset, all.
            aliases map = Other names of models that hold for this key alone.
            allowed_routes texts = The paths that it may ask, with /v1 or without; one may end in *. Unset, all.
            rpm_limit int = Requests a minute.
            tpm_limit int = Tokens a minute, of prompts and answers together.
            max_parallel_requests int = Requests at the same time.
            model_rpm_limit map = Requests a minute, by the name of a model.
            model_tpm_limit map = Tokens a minute, by the name of a model.
            max_budget number ! US dollars that it may spend. Each of its models needs a price.
            budget_duration text = After which the budget begins anew: 30s, 30m, 24h, 7d, 30d or 1mo. Unset, never.
            soft_budget number = US dollars beyond which the log tells of it.
            model_max_budget map = Budgets by the name of a model: {budget_limit: 10, time_period: 1d}.
            expires text = From when it is refused: a day or a time.
            blocked bool = true: it is refused.
            team_alias text = Told with the key, as metadata.
            team_id text = Told with the key, as metadata.
            user_id text = Told with the key, as metadata.
            tags texts = Told with the key, as metadata.
            metadata map = What else is known of it, for routes.
            """,
            """
            token any
            key_name any
            spend any
            team any
            org_id any
            organization_id any
            project_id any
            agent_id any
            budget_id any
            budget_reset_at any
            created_at any
            updated_at any
            created_by any
            updated_by any
            last_active any
            created_by_user any
            user any
            user_email any
            model_spend any
            """,
            """
            duration text
            key_type any
            config any
            permissions any
            object_permission any
            object_permission_id any
            allowed_cache_controls any
            rotation_count any
            auto_rotate any
            rotation_interval any
            last_rotation_at any
            key_rotation_at any
            rpm_limit_type any
            tpm_limit_type any
            router_settings any
            """,
            """
            allowed_passthrough_routes any
            allowed_vector_store_indexes any
            guardrails any
            enforced_params any
            """),

    LITELLM_PARAMS("model_list[].litellm_params",
            """
            model text = The provider, a slash, the model's name at the upstream.
            custom_llm_provider text = The provider, where model does not begin with it.
            api_key text ! The upstream's key. Without it no Authorization is sent, and a keyless server needs no \
            dummy; with a variable that is not set the entry is not served.
            api_base text = The upstream's URL with /v1; /chat/completions and the like are put behind it.
            base_url text = The same as api_base.
            organization text = Sent as OpenAI-Organization.
            timeout number = Seconds until the head of a plain answer, and until a stream's first content where there \
            is no stream_timeout.
            stream_timeout number = Seconds until a stream's first content.
            rpm int = Requests a minute: a weight, and with usage-based-routing a limit.
            tpm int = Tokens a minute: a weight, and with usage-based-routing a limit.
            weight int = Its share among the deployments of its group.
            order int = A lower one of its group is asked first.
            num_retries int ! How often it is asked again. Unset it is 2 only where nobody else can be asked; retries \
            are at most a fifth of all requests.
            cooldown_time number ! Seconds that it is left alone after failures, whoever else is in its group; a \
            probe that spends no token comes before its return.
            max_parallel_requests int = How many requests it serves at a time.
            max_budget number = US dollars that it may cost; then the next deployment is asked.
            budget_duration text = After which that budget begins anew.
            keepalive_seconds number = How often a comment is sent to a client while a stream waits for its first \
            content.
            input_cost_per_token number = USD a token of the prompt: for /usage, x-litellm-response-cost and \
            cost-based-routing. In model_info too, as all prices.
            output_cost_per_token number = USD a token that is generated.
            cache_read_input_token_cost number = USD a token of the prompt that was read from a cache; unset, as any \
            other.
            cache_creation_input_token_cost number = USD a token of the prompt that was written to a cache; unset, as \
            any other.
            output_cost_per_reasoning_token number = USD a token of reasoning; unset, as any other that is generated.
            input_cost_per_request number = USD a request.
            input_cost_per_second number = USD a second until the end of the answer.
            output_cost_per_second number = The same; both count where both are set.
            drop_params flag_or_texts ! true leaves out a parameter that the upstream itself calls unsupported, sends \
            once more, and tells so in x-dromedary-dropped-params. Nothing is left out on a guess.
            additional_drop_params texts = Body fields that are never sent; paths too, such as tools[*].function.strict.
            allowed_openai_params texts ! Accepted; every parameter goes upstream anyway.
            api_version text = Azure's api-version; v1, latest and preview mean its /openai/v1.
            azure_ad_token text = A token for Azure in place of api_key, sent as a Bearer token.
            aws_region_name text = The region of bedrock/.
            vertex_project text = The project of vertex_ai/.
            vertex_location text = The location of vertex_ai/.
            ssl_verify any ! true only; with false a deployment at an https address is not served, since its \
            certificate would be checked.
            extra_headers map = Headers to send upstream.
            headers map = The same as extra_headers.
            extra_body map = Body fields to set, whatever the client sent.
            """,
            "",
            """
            max_retries int
            tags texts
            region_name text
            base_model text
            model_id text
            request_timeout number
            rpm_limit int
            tpm_limit int
            context_window int
            max_input_tokens int
            max_output_tokens int
            max_file_size_mb number
            ssl_certificate text
            mode text
            litellm_provider text
            supports_vision any
            supports_function_calling any
            supports_parallel_function_calling any
            supports_tool_choice any
            supports_reasoning any
            supports_response_schema any
            supports_system_messages any
            supports_prompt_caching any
            supports_audio_input any
            supports_audio_output any
            supports_video_input any
            supports_pdf_input any
            supports_web_search any
            aws_access_key_id text
            aws_secret_access_key text
            aws_session_token text
            aws_session_name text
            aws_profile_name text
            aws_role_name text
            aws_web_identity_token text
            aws_sts_endpoint text
            aws_bedrock_runtime_endpoint text
            vertex_credentials any
            tenant_id text
            client_id text
            client_secret text
            azure_username text
            azure_password text
            azure_scope text
            deployment_id text
            num_ctx int
            keep_alive any
            cache any
            ttl number
            caching any
            logger_fn any
            verbose bool
            custom_prompt_dict map
            initial_prompt_value any
            roles any
            final_prompt_value any
            bos_token any
            eos_token any
            fallbacks any
            context_window_fallback_dict any
            enable_json_schema_validation bool
            s3_bucket_name text
            gcs_bucket_name text
            watsonx_region_name text
            health_check_interval number
            input_cost_per_pixel number
            output_cost_per_pixel number
            input_cost_per_character number
            output_cost_per_character number
            merge_reasoning_content_in_choices bool
            mock_response any
            mock_timeout any
            configurable_clientside_auth_params list
            silent_model text
            itpm int
            otpm int
            provider_affinity_header text
            allow_client_keepalive_override bool
            use_in_pass_through bool
            use_litellm_proxy bool
            litellm_trace_id text
            auto_router_config any
            """,
            """
            guardrails any
            default_api_key_tpm_limit int
            default_api_key_rpm_limit int
            """),

    LITELLM_SETTINGS("litellm_settings",
            """
            drop_params flag_or_texts ! As in litellm_params, for all: what an upstream calls unsupported is left out \
            and told, nothing on a guess.
            request_timeout number = Seconds until the head of a plain answer.
            num_retries int ! How often a deployment is asked again. Unset it is 2 only where nobody else can be \
            asked.
            allowed_fails int ! Failures in a minute before a deployment is left alone. Counts here too.
            sse_keepalive_ping_interval_seconds number = keepalive_seconds for all deployments.
            fallbacks list ! Who is asked when a model cannot answer. Never for the client's own mistakes, never \
            after the first content.
            context_window_fallbacks list ! Who is asked when a prompt is too long. Without a list it is the client's \
            400.
            content_policy_fallbacks list = Who is asked when a provider refuses a prompt.
            default_fallbacks texts = Fallbacks of a model without a list of its own.
            max_fallbacks int = How many groups are asked after the first at most.
            max_budget number = US dollars that all requests together may spend. 0 for any amount.
            budget_duration text = After which that budget begins anew.
            forward_traceparent_to_llm_provider bool ! Upstreams are told the trace (traceparent): with OpenTelemetry, \
            the attempt that asks them; else what the client sent.
            callbacks any ! otel is what OpenTelemetry's variables turn on. Others are not run; one that restricts \
            what may be asked stops the start.
            success_callback any ! Not run; one that restricts what may be asked stops the start.
            failure_callback any ! Not run; one that restricts what may be asked stops the start.
            service_callback any ! Not run; one that restricts what may be asked stops the start.
            """,
            """
            default_team_settings any
            default_team_params any
            default_internal_user_params any
            default_key_generate_params any
            internal_user_budget_duration any
            max_internal_user_budget any
            max_ui_session_budget any
            store_audit_logs any
            public_model_groups any
            public_model_groups_links any
            """,
            """
            modify_params bool
            cache bool
            cache_params map
            set_verbose bool
            json_logs bool
            turn_off_message_logging bool
            redact_user_api_key_info bool
            redact_messages_in_exceptions bool
            ssl_verify any
            ssl_certificate text
            force_ipv4 bool
            telemetry bool
            include_cost_in_streaming_usage bool
            require_auth_for_metrics_endpoint bool
            model_alias_map map
            default_in_memory_ttl number
            disable_stop_sequence_limit bool
            disable_aiohttp_transport bool
            disable_token_counter bool
            model_group_settings map
            prompts any
            custom_provider_map any
            network_mock bool
            use_chat_completions_url_for_anthropic_messages bool
            cost_discount_config any
            cost_margin_config any
            langfuse_default_tags any
            s3_callback_params any
            datadog_params any
            prometheus_metrics_config any
            custom_prometheus_metadata_labels any
            custom_prometheus_tags any
            prometheus_initialize_budget_metrics bool
            enable_preview_features bool
            default_redis_ttl number
            enable_loadbalancing_on_batch_endpoints bool
            priority_reservation any
            tag_budget_config any
            """,
            """
            pre_call_rules any
            post_call_rules any
            max_user_budget number
            max_end_user_budget number
            max_end_user_budget_id text
            guardrails any
            key_generation_settings any
            upperbound_key_generate_params any
            banned_keywords_list any
            blocked_user_list any
            llamaguard_unsafe_content_categories any
            enable_json_schema_validation bool
            default_max_internal_user_budget number
            """),

    ROUTER_SETTINGS("router_settings",
            """
            routing_strategy text = In which order the deployments of a group are asked.
            default_max_parallel_requests int = max_parallel_requests of those without their own.
            hedge_after_ms map = Dromedary's own: model group to ms without a token, after which the next deployment \
            is asked too.
            fallbacks list ! Who is asked when a model cannot answer. Never for the client's own mistakes, never \
            after the first content.
            default_fallbacks texts = Fallbacks of a model without a list of its own.
            max_fallbacks int = How many groups are asked after the first at most.
            model_group_alias map = Other names for model groups.
            num_retries int ! How often a deployment is asked again. Unset it is 2 only where nobody else can be \
            asked.
            retry_policy map = Retries by the kind of failure.
            model_group_retry_policy map = The same for single groups.
            allowed_fails int ! Failures in a minute before a deployment is left alone, whatever the number.
            allowed_fails_policy map = The same by the kind of failure.
            cooldown_time number ! Seconds that a deployment is left alone, the only one of its group too.
            disable_cooldowns bool = true: no deployment is ever left alone.
            context_window_fallbacks list ! Who is asked when a prompt is too long. Without a list it is the client's \
            400.
            content_policy_fallbacks list = Who is asked when a provider refuses a prompt.
            request_timeout number = The same as timeout.
            timeout number = Seconds until the head of a plain answer.
            stream_timeout number = Seconds until a stream's first content.
            provider_budget_config map = US dollars that a provider may cost: {openai: {budget_limit: 10, \
            time_period: 1d}}; then the next deployment is asked.
            optional_pre_call_checks list ! enforce_model_rate_limits makes rpm and tpm limits. Others are not done; \
            one \
            that may refuse requests stops the start.
            enable_pre_call_checks bool ! true: a prompt that surely does not fit into a deployment's \
            model_info.max_input_tokens is not sent there, by a count that needs no tokenizer; order and the limits of \
            usage-based-routing need no such setting.
            redis_url text ! Where the Redis is in which several gateways hold one set of limits, as redis:// or \
            rediss://. LiteLLM shares cooldowns and usage there.
            redis_host text ! The same by host.
            redis_port int = Its port; 6379 if unset.
            redis_password text = Its password.
            redis_username text = Who logs in; Redis' default user if unset.
            redis_db int = Its database; 0 if unset.
            redis_ssl bool = Whether it is spoken to over TLS.
            redis_ssl_ca_certs text = A file of certificates (PEM) that its own may be signed by.
            """,
            "",
            """
            routing_strategy_args map
            retry_after number
            default_litellm_params map
            default_priority int
            polling_interval number
            client_ttl number
            cache_responses bool
            cache_kwargs map
            caching_groups any
            set_verbose bool
            debug_level text
            alerting_config any
            router_general_settings any
            assistants_config any
            ignore_invalid_deployments bool
            search_tools any
            deployment_affinity_ttl_seconds number
            """,
            """
            enable_tag_filtering bool
            tag_filtering_match_any bool
            guardrail_list any
            """),

    GENERAL_SETTINGS("general_settings",
            """
            master_key text ! The operator's key, which opens everything. Without it nothing starts; LiteLLM would \
            be open to \
            everybody.
            completion_model text ! The model of chats that name none; it does not replace a model that is named.
            embedding_model text = The model of embeddings that name none.
            litellm_key_header_name text = One more header that may carry the key.
            max_request_size_mb number = The largest request body, in MB.
            always_include_stream_usage bool = true: each stream is asked to tell its tokens at its end \
            (stream_options.include_usage), unless the client says false, and the client sees them.
            max_parallel_requests int = Requests that a deployment without its own serves at the same time.
            global_max_parallel_requests int = Requests that all keys together may have at the same time.
            master_key_may_call bool ! Dromedary's own: false keeps the master key, the operator's, from asking models.
            allow_requests_on_db_unavailable bool ! Accepted, and opens nothing: every request needs the master key.
            """,
            """
            database_url any
            database_connection_pool_limit any
            database_connection_timeout any
            database_type any
            database_args any
            database_disable_prepared_statements any
            store_model_in_db any
            store_prompts_in_spend_logs any
            disable_spend_logs any
            disable_spend_updates any
            disable_error_logs any
            disable_adding_master_key_hash_to_db any
            disable_prisma_schema_update any
            proxy_batch_write_at any
            proxy_batch_polling_interval any
            proxy_budget_rescheduler_min_time any
            proxy_budget_rescheduler_max_time any
            user_api_key_cache_ttl any
            maximum_spend_logs_retention_period any
            maximum_spend_logs_retention_interval any
            maximum_spend_logs_cleanup_cron any
            supported_db_objects any
            use_redis_transaction_buffer any
            default_team_disabled any
            ui_access_mode any
            disable_master_key_return any
            """,
            """
            image_generation_model text
            moderation_model text
            background_health_checks bool
            health_check_interval number
            health_check_details bool
            health_check_concurrency int
            enable_health_check_routing bool
            use_shared_health_check bool
            public_routes list
            forward_client_headers_to_llm_api bool
            forward_openai_org_id bool
            forward_llm_provider_auth_headers bool
            user_header_name text
            user_header_mappings any
            use_x_forwarded_for bool
            allow_client_side_credentials bool
            pass_through_endpoints list
            infer_model_from_keys bool
            alerting any
            alerting_threshold number
            alerting_args map
            alert_types any
            alert_to_webhook_url any
            spend_report_frequency any
            dangerously_allow_mock_testing_request_params bool
            key_management_system any
            key_management_settings any
            coordination_redis any
            disable_retry_on_max_parallel_request_limit_error bool
            return_response_headers bool
            maximum_retention_period any
            pass_through_request_timeout number
            enable_public_model_hub bool
            allow_user_auth bool
            litellm_license any
            """,
            """
            allowed_ips any
            allowed_routes any
            admin_only_routes any
            enforced_params any
            custom_auth any
            custom_auth_run_common_checks any
            custom_auth_settings any
            custom_sso any
            enable_jwt_auth bool
            litellm_jwtauth any
            enable_oauth2_auth bool
            enable_oauth2_proxy_auth bool
            oauth2_config_mappings any
            enforce_user_param bool
            block_robots bool
            max_response_size_mb number
            reject_clientside_metadata_tags bool
            role_permissions any
            user_api_key_auth_checks any
            """);

    private final String section;
    private final Map<String, KnownKey> keys = new TreeMap<>();

    KnownKeys(String section, String read, String database, String absent, String restricts) {
        this.section = section;
        add(read, KnownKey.Standing.READ);
        add(database, KnownKey.Standing.DATABASE);
        add(absent, KnownKey.Standing.ABSENT);
        add(restricts, KnownKey.Standing.RESTRICTS);
    }

    private void add(String table, KnownKey.Standing standing) {
        table.lines().filter(row -> !row.isBlank()).forEach(row -> {
            String[] cells = row.split(" ", 4);
            String note = cells.length < 4 ? "" : cells[3];
            keys.put(cells[0], new KnownKey(cells[0], KnownKey.Form.valueOf(cells[1].toUpperCase(Locale.ROOT)),
                    standing, note, cells.length == 4 && cells[2].equals("!")));
        });
    }

    /** The section's name as it stands before a key in a message; empty for the top level. */
    String section() {
        return section;
    }

    /** The full name of {@code key}. */
    String path(String key) {
        return section.isEmpty() ? key : section + "." + key;
    }

    /** What is known of {@code name}. */
    Optional<KnownKey> find(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /** What is known of {@code name}, which is one of the section's. */
    KnownKey get(String name) {
        return find(name).orElseThrow(() -> new IllegalArgumentException(path(name)));
    }

    /** All names of the section. */
    Collection<String> names() {
        return keys.keySet();
    }

    /** The names that may be suggested for a misspelling: with none of them the gateway would not start. */
    Collection<String> suggestions() {
        return keys.values().stream().filter(key -> key.standing() != KnownKey.Standing.RESTRICTS).map(KnownKey::name)
                .toList();
    }

    /**
     * The section in which {@code name} belongs, where that is another than this one. One that reads it goes before one
     * that knows it only, and a section for all models before the parameters of one; but what stands in an entry of
     * {@code model_list} is meant for that entry.
     */
    Optional<KnownKeys> rightSection(String name) {
        List<KnownKeys> sections = this == MODEL
                ? List.of(LITELLM_PARAMS, LITELLM_SETTINGS, ROUTER_SETTINGS, GENERAL_SETTINGS, TOP_LEVEL)
                : List.of(LITELLM_SETTINGS, ROUTER_SETTINGS, GENERAL_SETTINGS, TOP_LEVEL, LITELLM_PARAMS, VIRTUAL_KEY);
        return sections.stream().filter(section -> section != this && section.keys.containsKey(name))
                .min(Comparator.comparing(section -> section.keys.get(name).standing() != KnownKey.Standing.READ));
    }
}
