package io.dromedary.config;

import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Tells the callbacks that only look on, which are ignored with a warning, from those that may refuse or change a
 * request: a guardrail, a limiter, a Python hook of the operator's own. Those stop the start until they are accepted.
 */
final class CallbackCheck {

    private static final List<String> KEYS =
            List.of("callbacks", "success_callback", "failure_callback", "service_callback");
    private static final Set<String> GUARDS = Set.of("llmguard_moderations", "hide_secrets", "lakera_prompt_injection",
            "lakera", "lakera_v2", "presidio", "blocked_user_check", "banned_keywords", "detect_prompt_injection",
            "google_text_moderation", "openai_moderations", "openai_moderation", "llamaguard_moderations",
            "max_budget_limiter", "dynamic_rate_limiter", "dynamic_rate_limiter_v3", "parallel_request_limiter",
            "azure_content_safety", "aporia", "aporia_prompt_injection", "bedrock", "guardrails_ai", "aim", "lasso",
            "pangea", "pillar", "model_armor", "noma", "javelin", "xecguard", "guardrails");

    /** Checks that are done here: of deployments' limits and of budgets. */
    private static final Set<String> ENFORCED = Set.of("enforce_model_rate_limits", "router_budget_limiting");

    private final Findings faults;
    private final SectionCheck check;
    private final boolean traces;

    /** @param traces whether the variables of OpenTelemetry name a collector */
    CallbackCheck(Findings faults, SectionCheck check, boolean traces) {
        this.traces = traces;
        this.faults = faults;
        this.check = check;
    }

    /** The key at {@code path} where it is one of those of which each item is told by itself. */
    static Optional<KnownKey> keyOf(String path) {
        return KEYS.stream().filter(key -> KnownKeys.LITELLM_SETTINGS.path(key).equals(path)).findFirst()
                .flatMap(KnownKeys.LITELLM_SETTINGS::find);
    }

    /** Those of {@code litellm_settings}. */
    void callbacks(YamlTree settings) {
        for (String key : KEYS) {
            String path = KnownKeys.LITELLM_SETTINGS.path(key);
            settings.get(key).filter(value -> !value.isNull()).ifPresent(value -> {
                for (YamlTree item : value.isList() ? value.items() : List.of(value)) {
                    String name = item.isScalar() ? item.text() : "an item";
                    if (name.equals("otel")) {
                        if (!traces) {
                            faults.warn(Rule.SETTING_SUPPORTED, item.place(), path, "otel has nowhere to send spans to",
                                    "Set OTEL_EXPORTER_OTLP_ENDPOINT to the URL of a collector");
                        }
                    } else if (GUARDS.contains(name)) {
                        check.guard(item.place(), path, List.of(name, key),
                                name + " restricts what may be asked, and is not run here");
                    } else if (key.equals("callbacks") && name.matches("[\\w/-]+(\\.[\\w/-]+)+")) {
                        check.guard(item.place(), path, List.of(name, key),
                                name + " is Python of your own, which may refuse or change requests, and is not run "
                                + "here");
                    } else {
                        faults.warn(Rule.SETTING_SUPPORTED, item.place(), path, name + " is not run here, ignored", "");
                    }
                }
            });
        }
    }

    /** {@code optional_pre_call_checks} of {@code router_settings}, but for what {@link AffinitySettings} reads. */
    void preCallChecks(YamlTree settings) {
        String key = "optional_pre_call_checks";
        String path = KnownKeys.ROUTER_SETTINGS.path(key);
        settings.get(key).filter(YamlTree::isList).ifPresent(list -> list.items().forEach(item -> {
            String name = item.isScalar() ? item.text() : "an item";
            if (!AffinitySettings.isKnown(name) && !ENFORCED.contains(name)) {
                check.guard(item.place(), path, List.of(name, key),
                        name + " may refuse requests, and is not done here");
            }
        }));
    }
}
