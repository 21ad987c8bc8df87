package io.dromedary.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

import io.dromedary.balance.RoutingStrategies;

/**
 * The JSON Schema (draft 7, which editors' YAML servers read) of {@code litellm_config.yaml}, made from
 * {@link KnownKeys}, which the check works from too. It knows what one value can tell by itself; that a fallback is in
 * {@code model_list}, say, is the check's.
 */
public final class ConfigSchema {

    private static final Map<String, Object> REFERENCE = reference();
    private static final List<String> BOOLEANS =
            List.of("true", "false", "yes", "no", "on", "off", "True", "False", "Yes", "No", "On", "Off");

    private ConfigSchema() {
    }

    /** In the same order each time, since the schema is kept in a file. */
    private static Map<String, Object> reference() {
        Map<String, Object> reference = new LinkedHashMap<>();
        reference.put("type", "string");
        reference.put("pattern", "^os\\.environ/");
        return reference;
    }

    /** The schema, as a tree of maps and lists. */
    public static Map<String, Object> make() {
        Map<String, Object> model = section(KnownKeys.MODEL, false);
        properties(model).put("litellm_params",
                described(section(KnownKeys.LITELLM_PARAMS, true), KnownKeys.MODEL.get("litellm_params")));
        Map<String, Object> params = properties(castMap(properties(model).get("litellm_params")));
        castMap(params.get("model")).put("examples",
                Providers.servedNames().stream().map(name -> name + "/").toList());
        castMap(params.get("custom_llm_provider")).put("examples", Providers.servedNames());
        model.put("required", List.of("model_name", "litellm_params"));
        ((Map<String, Object>) castMap(properties(model).get("litellm_params"))).put("required", List.of("model"));
        Map<String, Object> top = section(KnownKeys.TOP_LEVEL, false);
        properties(top).put("model_list", described(map("type", "array", "minItems", 1, "items", model),
                KnownKeys.TOP_LEVEL.get("model_list")));
        Map<String, Object> key = section(KnownKeys.VIRTUAL_KEY, false);
        key.put("required", List.of("key_alias"));
        properties(top).put("virtual_keys", described(map("type", List.of("array", "null"), "items", key),
                KnownKeys.TOP_LEVEL.get("virtual_keys")));
        for (KnownKeys keys : List.of(KnownKeys.LITELLM_SETTINGS, KnownKeys.ROUTER_SETTINGS,
                KnownKeys.GENERAL_SETTINGS)) {
            properties(top).put(keys.section(),
                    described(nullable(section(keys, false)), KnownKeys.TOP_LEVEL.get(keys.section())));
        }
        properties(castMap(properties(top).get("litellm_settings"))).put("cache_params", described(
                nullable(section(KnownKeys.CACHE_PARAMS, false)), KnownKeys.LITELLM_SETTINGS.get("cache_params")));
        properties(castMap(properties(top).get("router_settings"))).put("routing_strategy", described(
                map("enum", List.copyOf(new TreeSet<>(RoutingStrategies.names()))),
                KnownKeys.ROUTER_SETTINGS.get("routing_strategy")));
        Map<String, Object> schema = map("$schema", "http://json-schema.org/draft-07/schema#",
                "title", "litellm_config.yaml as Dromedary reads it");
        schema.putAll(top);
        return schema;
    }

    private static Map<String, Object> section(KnownKeys keys, boolean more) {
        Map<String, Object> properties = new LinkedHashMap<>();
        for (String name : keys.names()) {
            properties.put(name, property(keys.get(name)));
        }
        // Of litellm_params some other keys are sent upstream as defaults.
        return map("type", "object", "properties", properties, "additionalProperties", more);
    }

    private static Map<String, Object> property(KnownKey key) {
        return switch (key.standing()) {
            case READ -> described(form(key.form()), key);
            case DATABASE -> map("description", "Ignored: it needs LiteLLM's database.");
            case ABSENT -> map("description", "Ignored: the gateway does not have this setting.");
            case RESTRICTS -> map("description",
                    "Not enforced here, so it stops the start, unless gateway.accept-unenforced has it.",
                    "enum", List.of(false, "false"));
        };
    }

    private static Map<String, Object> form(KnownKey.Form form) {
        return switch (form) {
            case BOOL -> either(map("type", "boolean"), map("enum", BOOLEANS));
            case FLAG_OR_TEXTS -> map("anyOf", List.of(map("type", "boolean"), map("enum", BOOLEANS), REFERENCE,
                    map("type", "array", "items", map("type", "string")), map("type", "null")));
            case INT -> either(map("type", "integer"), map("type", "string", "pattern", "^-?[0-9]+$"));
            case NUMBER -> either(map("type", "number"),
                    map("type", "string", "pattern", "^ *[0-9]*\\.?[0-9]+([eE][-+]?[0-9]+)? *$"));
            case TEXT -> nullable(map("type", List.of("string", "number", "boolean")));
            case LIST -> nullable(map("type", "array"));
            case TEXTS -> nullable(
                    map("type", "array", "items", map("type", List.of("string", "number", "boolean", "null"))));
            case MAP -> nullable(map("type", "object"));
            case ANY -> map();
        };
    }

    /** Any scalar may be taken from a variable, and any key may be left without a value. */
    private static Map<String, Object> either(Map<String, Object> first, Map<String, Object> second) {
        return map("anyOf", List.of(first, second, REFERENCE, map("type", "null")));
    }

    private static Map<String, Object> nullable(Map<String, Object> schema) {
        Object type = schema.get("type");
        if (type instanceof String one) {
            schema.put("type", List.of(one, "null"));
        }
        return schema;
    }

    private static Map<String, Object> described(Map<String, Object> schema, KnownKey key) {
        schema.put("description", key.note());
        return schema;
    }

    private static Map<String, Object> properties(Map<String, Object> schema) {
        return castMap(schema.get("properties"));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> castMap(Object map) {
        return (Map<String, Object>) map;
    }

    private static Map<String, Object> map(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
