package io.dromedary.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

import io.dromedary.balance.RoutingStrategies;
import io.dromedary.cache.CacheSettings;
import io.dromedary.findings.Findings;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.key.Budget;
import io.dromedary.model.AffinityRules;
import io.dromedary.model.Catalogue;
import io.dromedary.model.CooldownRules;
import io.dromedary.model.Fallbacks;
import io.dromedary.model.RetryRules;
import io.dromedary.yaml.YamlTree;

/**
 * Reads {@code litellm_settings} and {@code router_settings}. What may stand in either, the fallbacks above all, counts
 * in {@code router_settings} first, as in LiteLLM.
 */
final class RoutingSettings {

    private static final int DEFAULT_MAX_FALLBACKS = 5;
    private static final Set<String> RETRY_KINDS = Set.of("BadRequestErrorRetries", "AuthenticationErrorRetries",
            "TimeoutErrorRetries", "RateLimitErrorRetries", "ContentPolicyViolationErrorRetries",
            "InternalServerErrorRetries");
    private static final Set<String> ALLOWED_KINDS =
            Set.of("BadRequestErrorAllowedFails", "AuthenticationErrorAllowedFails",
            "TimeoutErrorAllowedFails", "RateLimitErrorAllowedFails", "ContentPolicyViolationErrorAllowedFails",
            "InternalServerErrorAllowedFails");
    private final Findings faults;
    /** Each of these variables names a collector of spans. */
    private static final List<String> COLLECTORS =
            List.of("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_ENDPOINT");

    private final ScalarReader scalars;
    private final Optional<YamlTree> litellm;
    private final Optional<YamlTree> router;
    private final Map<String, Catalogue.Alias> aliases = new LinkedHashMap<>();
    private final Map<String, Place> named = new LinkedHashMap<>();
    private final Map<String, List<String>> fallbacks = new HashMap<>();
    private final Map<String, List<String>> contextWindow = new HashMap<>();
    private final Map<String, List<String>> contentPolicy = new HashMap<>();
    private final List<String> defaults = new ArrayList<>();
    private final SectionCheck check;

    RoutingSettings(ConfigSource source, SectionCheck check, ScalarReader scalars, Findings faults) {
        this.faults = faults;
        this.scalars = scalars;
        this.check = check;
        litellm = source.sections("litellm_settings", false).stream().filter(YamlTree::isMap).findFirst();
        router = source.sections("router_settings", false).stream().filter(YamlTree::isMap).findFirst();
        litellm.ifPresent(tree -> check.check(tree, KnownKeys.LITELLM_SETTINGS));
        router.ifPresent(tree -> check.check(tree, KnownKeys.ROUTER_SETTINGS));
        CallbackCheck callbacks = new CallbackCheck(faults, check,
                COLLECTORS.stream().anyMatch(name -> scalars.variable(name).isPresent()));
        litellm.ifPresent(callbacks::callbacks);
        router.ifPresent(callbacks::preCallChecks);
        checkStrategy();
        readAliases();
        readLists("fallbacks", fallbacks);
        readLists("context_window_fallbacks", contextWindow);
        readLists("content_policy_fallbacks", contentPolicy);
        defaults.addAll(fallbacks.getOrDefault("*", List.of()));
        fallbacks.remove("*");
        either("default_fallbacks").ifPresent(list -> defaults.addAll(targets(list, "default_fallbacks")));
    }

    /** How often a deployment is asked again. */
    RetryRules retryRules() {
        OptionalInt retries = number(router, "router_settings", "num_retries")
                .or(() -> number(litellm, "litellm_settings", "num_retries"))
                .map(number -> OptionalInt.of(number.intValue())).orElse(OptionalInt.empty());
        Map<String, Map<String, Integer>> byGroup = new HashMap<>();
        router.flatMap(tree -> tree.get("model_group_retry_policy")).ifPresent(groups -> groups.entries().forEach(
                (group, policy) ->
                byGroup.put(group, policy(policy, "model_group_retry_policy." + group, RETRY_KINDS))));
        return new RetryRules(retries, router.flatMap(tree -> tree.get("retry_policy"))
                .map(policy -> policy(policy, "retry_policy", RETRY_KINDS)).orElse(Map.of()), byGroup);
    }

    /**
     * {@code hedge_after_ms}: model group to ms. A fault for a group that is not in {@code model_list}, or a negative
     * number.
     */
    Map<String, Long> hedgeAfterMs(Catalogue catalogue) {
        Map<String, Long> byGroup = new HashMap<>();
        router.flatMap(tree -> tree.get("hedge_after_ms"))
                .ifPresent(groups -> groups.entries().keySet().forEach(group -> {
            String path = "router_settings.hedge_after_ms." + group;
            if (catalogue.group(group).isEmpty()) {
                faults.stop(Rule.KNOWN_MODEL, groups.placeOfKey(group), path, "is not in model_list",
                        UnknownModelName.mend(group, catalogue));
            }
            long ms = scalars.whole(groups, group, path);
            if (ms <= 0) {
                faults.stop(Rule.VALUE_FORM, groups.placeOfKey(group), path, "is not a time",
                        "Write ms, such as 800, or remove the line");
            }
            byGroup.put(group, ms);
        }));
        return Map.copyOf(byGroup);
    }

    /** When a deployment is left alone. */
    CooldownRules cooldownRules() {
        OptionalInt allowed = number(router, "router_settings", "allowed_fails")
                .or(() -> number(litellm, "litellm_settings", "allowed_fails"))
                .map(number -> OptionalInt.of(number.intValue())).orElse(OptionalInt.empty());
        return new CooldownRules(ConfigReader.milliseconds(number(router, "router_settings", "cooldown_time")), allowed,
                router.flatMap(tree -> tree.get("allowed_fails_policy"))
                        .map(policy -> policy(policy, "allowed_fails_policy", ALLOWED_KINDS)).orElse(Map.of()),
                router.flatMap(tree -> scalars.flag(tree, "disable_cooldowns", "router_settings.disable_cooldowns"))
                .orElse(false));
    }

    private Map<String, Integer> policy(YamlTree policy, String path, Set<String> kinds) {
        Map<String, Integer> counts = new HashMap<>();
        policy.entries().keySet().forEach(kind -> {
            if (kinds.contains(kind)) {
                counts.put(kind, (int) scalars.whole(policy, kind, "router_settings." + path + "." + kind));
            } else {
                faults.warn(Rule.KNOWN_KEY, policy.placeOfKey(kind), "router_settings." + path + "." + kind,
                        "unknown kind of failure, ignored",
                        NearestKey.withinTwoLetters(kind, kinds).map(near -> "Did you mean " + near + "?").orElse(""));
            }
        });
        return counts;
    }

    /** Which conversations stay with one deployment of their group. */
    AffinityRules affinity(Catalogue catalogue) {
        return new AffinitySettings(router, faults).read(catalogue);
    }

    /** {@code routing_strategy}. */
    String strategy() {
        return router.flatMap(tree -> tree.get("routing_strategy")).map(YamlTree::text)
                .orElse(RoutingStrategies.DEFAULT);
    }

    /**
     * {@code cache_params}; empty where {@code cache} is not on.
     *
     * @param redisKnown whether anything says where Redis is
     */
    Optional<CacheSettings> cache(boolean redisKnown) {
        return CacheParams.read(litellm, check, scalars, faults, redisKnown);
    }

    /** {@code max_budget}: how much all requests together may cost; empty for any amount, and for 0, as in LiteLLM. */
    Optional<Budget> budget() {
        return litellm.flatMap(tree -> new KeyLimitsReader(faults, scalars).budget(tree, KnownKeys.LITELLM_SETTINGS))
                .filter(budget -> budget.usd().signum() > 0);
    }

    /** Where {@code max_budget} stands. */
    Place budgetPlace() {
        return litellm.orElseThrow().placeOfKey("max_budget");
    }

    /** Where the budget of each provider stands. */
    Map<String, Place> providerBudgetPlaces() {
        Map<String, Place> places = new LinkedHashMap<>();
        router.flatMap(tree -> tree.get("provider_budget_config")).filter(YamlTree::isMap)
                .ifPresent(map -> map.entries().keySet().forEach(name -> places.put(name, map.placeOfKey(name))));
        return places;
    }

    /** {@code provider_budget_config}: how much the deployments of a provider may cost together. */
    Map<String, Budget> providerBudgets() {
        return router.flatMap(tree -> tree.get("provider_budget_config")).filter(YamlTree::isMap)
                .map(map -> new KeyLimitsReader(faults, scalars).budgets(map, "router_settings.provider_budget_config"))
                .orElse(Map.of());
    }

    /** Whether {@code rpm} and {@code tpm} of a deployment are limits, and no weights alone. */
    boolean limitsRates() {
        return strategy().startsWith("usage-based-routing")
                || router.flatMap(tree -> tree.get("optional_pre_call_checks")).filter(YamlTree::isList)
                .map(list -> list.items().stream().anyMatch(item -> item.isScalar()
                && item.text().equals("enforce_model_rate_limits"))).orElse(false);
    }

    /** {@code forward_traceparent_to_llm_provider}. */
    boolean forwardsTrace() {
        return litellm.flatMap(tree -> scalars.flag(tree, "forward_traceparent_to_llm_provider",
                "litellm_settings.forward_traceparent_to_llm_provider")).orElse(false);
    }

    /** {@code require_auth_for_metrics_endpoint}; empty where it is not written. */
    Optional<Boolean> metricsNeedKey() {
        return litellm.flatMap(tree -> scalars.flag(tree, "require_auth_for_metrics_endpoint",
                "litellm_settings.require_auth_for_metrics_endpoint"));
    }

    /** {@code enable_pre_call_checks}. */
    boolean preCallChecks() {
        return router.flatMap(tree -> scalars.flag(tree, "enable_pre_call_checks",
                "router_settings.enable_pre_call_checks")).orElse(false);
    }

    /** {@code default_max_parallel_requests}; 0 for any number. */
    int parallel() {
        return number(router, "router_settings", "default_max_parallel_requests").map(Double::intValue).orElse(0);
    }

    /** {@code sse_keepalive_ping_interval_seconds}. */
    Optional<Double> keepAliveSeconds() {
        return number(litellm, "litellm_settings", "sse_keepalive_ping_interval_seconds");
    }

    /** {@code drop_params}. */
    boolean dropParameters() {
        return litellm.flatMap(tree -> scalars.flag(tree, "drop_params", "litellm_settings.drop_params")).orElse(false);
    }

    /** The names under {@code drop_params}, where it is a list. */
    List<String> alwaysDropped() {
        return litellm.flatMap(tree -> tree.get("drop_params")).filter(YamlTree::isList)
                .map(list -> DropPaths.checked(list.items().stream().map(YamlTree::text).toList(), faults,
                list.place(), "litellm_settings.drop_params")).orElse(List.of());
    }

    /** {@code timeout} of the router, else {@code request_timeout}, in seconds. */
    Optional<Double> timeoutSeconds() {
        return number(router, "router_settings", "timeout")
                .or(() -> number(router, "router_settings", "request_timeout"))
                .or(() -> number(litellm, "litellm_settings", "request_timeout"));
    }

    /** {@code stream_timeout} of the router, in seconds. */
    Optional<Double> streamTimeoutSeconds() {
        return number(router, "router_settings", "stream_timeout");
    }

    private Optional<Double> number(Optional<YamlTree> section, String name, String key) {
        return section.flatMap(tree -> scalars.number(tree, key, name + "." + key));
    }

    Map<String, Catalogue.Alias> aliases() {
        return aliases;
    }

    Fallbacks fallbacks() {
        int most = number(router, "router_settings", "max_fallbacks")
                .or(() -> number(litellm, "litellm_settings", "max_fallbacks"))
                .map(Double::intValue).orElse(DEFAULT_MAX_FALLBACKS);
        return new Fallbacks(Map.copyOf(fallbacks), List.copyOf(defaults), Map.copyOf(contextWindow),
                Map.copyOf(contentPolicy), most);
    }

    /**
     * Faults for every alias and fallback that leads to a model nobody serves.
     *
     * @param names the names of all entries, faulty ones included
     */
    void checkTargets(Catalogue catalogue, Set<String> names) {
        named.forEach((key, place) -> {
            String name = key.substring(key.indexOf('\n') + 1);
            String path = key.substring(0, key.indexOf('\n'));
            if (catalogue.serving(name).isEmpty() && !names.contains(name)) {
                faults.stop(Rule.KNOWN_MODEL, place, path, "leads to " + name + ", which is not in model_list",
                        UnknownModelName.mend(name, catalogue));
            }
        });
        fallbacks.keySet().stream()
                .filter(model -> catalogue.serving(model).isEmpty() && !names.contains(model)).forEach(model ->
                faults.warn(Rule.KNOWN_MODEL, either("fallbacks").map(YamlTree::place).orElseThrow(), "fallbacks",
                        "has a list for " + model + ", which is not in model_list",
                        UnknownModelName.mend(model, catalogue)));
    }

    private void readAliases() {
        router.flatMap(tree -> tree.get("model_group_alias")).ifPresent(map -> map.entries().forEach((name, value) -> {
            String path = "router_settings.model_group_alias." + name;
            String model = value.isScalar() ? value.text() : value.get("model").map(YamlTree::text).orElse("");
            boolean hidden = value.get("hidden").flatMap(flag -> ScalarReader.asBoolean(flag.text())).orElse(false);
            if (model.isBlank()) {
                faults.stop(Rule.REQUIRED_KEY, map.placeOfKey(name), path, "names no model",
                        "Write the model_name that it stands for");
            } else {
                aliases.put(name, new Catalogue.Alias(model, hidden));
                named.put(path + "\n" + model, map.placeOfKey(name));
            }
        }));
    }

    private Optional<YamlTree> either(String key) {
        return Stream.of(router, litellm).flatMap(Optional::stream).flatMap(tree -> tree.get(key).stream()).findFirst();
    }

    private void readLists(String key, Map<String, List<String>> lists) {
        either(key).ifPresent(list -> list.items().forEach(item -> {
            if (!item.isMap() || item.entries().isEmpty()) {
                faults.stop(Rule.VALUE_FORM, item.place(), key, "has an item that is no map",
                        "Write - {model: [fallback]}");
            }
            item.entries().forEach((model, targets) -> lists.put(model, targets(targets, key + "." + model)));
        }));
    }

    private List<String> targets(YamlTree value, String path) {
        List<String> names = new ArrayList<>();
        for (YamlTree target : value.isList() ? value.items() : List.of(value)) {
            if (!target.isScalar() || target.isNull()) {
                faults.stop(Rule.VALUE_FORM, target.place(), path, "is no list of model names", "Write [name, name]");
            } else {
                names.add(target.text());
                named.put(path + "\n" + target.text(), target.place());
            }
        }
        return names;
    }

    private void checkStrategy() {
        router.flatMap(tree -> tree.get("routing_strategy")).map(YamlTree::text).ifPresent(strategy -> {
            Place place = router.get().placeOfKey("routing_strategy");
            if (!RoutingStrategies.names().contains(strategy)) {
                faults.stop(Rule.VALUE_FORM, place, "router_settings.routing_strategy",
                        "is not one of the gateway's strategies",
                        "Write one of: " + String.join(", ", new TreeSet<>(RoutingStrategies.names())));
            }
        });
    }
}
