package io.dromedary.config;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

import io.dromedary.cache.CacheSettings;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.yaml.YamlTree;

/**
 * Reads {@code cache} and {@code cache_params} of {@code litellm_settings}. A place that the gateway does not have
 * turns the cache off and is told: requests are answered all the same, by deployments.
 */
final class CacheParams {

    private static final String CACHE = KnownKeys.LITELLM_SETTINGS.path("cache");
    /** LiteLLM's names of what is asked, without the a of its asynchronous ones. */
    private static final Map<String, String> OPERATIONS = Map.of("completion", "chat", "text_completion", "completion",
            "embedding", "embedding", "rerank", "rerank");
    private static final Set<String> MODES = Set.of("default_on", "default_off");

    private final ScalarReader scalars;
    private final Findings faults;
    private final YamlTree params;
    private final boolean redisKnown;

    private CacheParams(ScalarReader scalars, Findings faults, YamlTree params, boolean redisKnown) {
        this.redisKnown = redisKnown;
        this.scalars = scalars;
        this.faults = faults;
        this.params = params;
    }

    /**
     * How answers are kept; empty where they are not.
     *
     * @param redisKnown whether anything says where Redis is
     */
    static Optional<CacheSettings> read(Optional<YamlTree> litellm, SectionCheck check, ScalarReader scalars,
            Findings faults, boolean redisKnown) {
        YamlTree params = litellm.flatMap(tree -> tree.get("cache_params")).filter(YamlTree::isMap).orElse(null);
        if (params != null) {
            check.check(params, KnownKeys.CACHE_PARAMS);
        }
        boolean on = litellm.flatMap(tree -> scalars.flag(tree, "cache", CACHE)).orElse(false);
        if (!on) {
            return Optional.empty();
        }
        if (params != null) {
            return new CacheParams(scalars, faults, params, redisKnown).settings();
        }
        return Optional.of(new CacheSettings(CacheSettings.Place.LOCAL, CacheSettings.USUAL_TTL_MS, "",
                Set.copyOf(OPERATIONS.values()), false, false));
    }

    private Optional<CacheSettings> settings() {
        String type = text("type").orElse("local");
        Set<String> operations = operations();
        boolean onDemand = text("mode").filter(this::isDefaultOff).isPresent();
        boolean redis = type.equals(CacheSettings.Place.REDIS.word());
        long ttlMs = number("ttl").or(() -> number(redis ? "default_in_redis_ttl" : "default_in_memory_ttl"))
                .map(seconds -> Math.round(seconds * 1000)).orElse(CacheSettings.USUAL_TTL_MS);
        boolean shared = scalars.flag(params, "share_between_keys", path("share_between_keys")).orElse(false);
        if (!redis && !type.equals(CacheSettings.Place.LOCAL.word())) {
            faults.warn(Rule.SETTING_SUPPORTED, params.placeOfKey("type"), path("type"), type + " is no place where "
                    + "answers are kept here: nothing is kept, and the cache is off", type.contains("semantic")
                    ? "An answer to a similar question is not the answer: write local or redis"
                    : "Write local or redis");
            return Optional.empty();
        }
        if (redis && !redisKnown) {
            faults.warn(Rule.SETTING_SUPPORTED, params.placeOfKey("type"), path("type"), "is redis, and nothing says "
                    + "where Redis is: nothing is kept, and the cache is off", "Write host or url, or set REDIS_URL");
            return Optional.empty();
        }
        return Optional.of(new CacheSettings(redis ? CacheSettings.Place.REDIS : CacheSettings.Place.LOCAL,
                Math.min(ttlMs, CacheSettings.LONGEST_TTL_MS), text("namespace").orElse(""), operations, onDemand,
                shared));
    }

    private boolean isDefaultOff(String mode) {
        if (!MODES.contains(mode)) {
            faults.stop(Rule.VALUE_FORM, params.placeOfKey("mode"), path("mode"), "is neither default_on nor "
                    + "default_off", "Write one of them, or remove the line");
        }
        return mode.equals("default_off");
    }

    private Set<String> operations() {
        Optional<YamlTree> list = params.get("supported_call_types").filter(YamlTree::isList);
        if (list.isEmpty()) {
            return Set.copyOf(OPERATIONS.values());
        }
        Set<String> operations = new TreeSet<>();
        for (YamlTree item : list.get().items()) {
            String name = item.isScalar() ? item.text() : "an item";
            String operation = OPERATIONS.get(name.startsWith("a") ? name.substring(1) : name);
            if (operation == null) {
                faults.warn(Rule.SETTING_SUPPORTED, item.place(), path("supported_call_types"),
                        "answers to " + name + " are not kept here, ignored", "");
            } else {
                operations.add(operation);
            }
        }
        return operations;
    }

    private Optional<String> text(String key) {
        return scalars.text(params, key, path(key)).filter(text -> !text.isBlank());
    }

    private Optional<Double> number(String key) {
        return scalars.number(params, key, path(key));
    }

    private static String path(String key) {
        return KnownKeys.CACHE_PARAMS.path(key);
    }
}
