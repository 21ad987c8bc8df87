package io.dromedary.config;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.key.KeyHash;

/**
 * Makes entries of {@code virtual_keys} of what LiteLLM answers to {@code GET /key/list?return_full_object=true}: its
 * keys by their hashes, so that apps go on with the keys that they have. Takes one page, several in a list, or a bare
 * list of keys. Says of each field that does not carry over what becomes of it.
 */
public final class KeyListImport {

    private static final KnownKeys KNOWN = KnownKeys.VIRTUAL_KEY;
    private static final int SHORT_HASH = 8;
    /** Other names of fields, some of which are in {@code metadata}: whoever lists keys has either. */
    private static final Map<String, String> SAME = Map.of("rpm_limit_per_model", "model_rpm_limit",
            "tpm_limit_per_model", "model_tpm_limit");
    private static final List<String> OF_METADATA = List.of("model_rpm_limit", "model_tpm_limit", "tags");
    private static final List<String> OF_BUDGET = List.of("max_budget", "budget_duration", "soft_budget", "rpm_limit",
            "tpm_limit", "max_parallel_requests", "model_max_budget");
    private static final Set<String> SECRET = Set.of("logging", "callback_settings", "callback_vars");
    private static final List<String> SECRET_WORDS =
            List.of("secret", "password", "token", "api_key", "apikey", "credential");
    /** What only tells of the key's past, and of fields that are used elsewhere here. */
    private static final Set<String> QUIET = Set.of("token", "key_name", "litellm_budget_table");

    private final List<Map<String, Object>> entries = new ArrayList<>();
    private final Map<String, Note> notes = new TreeMap<>();
    private final Set<String> aliases = new HashSet<>(KeyAlias.RESERVED);

    /**
     * What becomes of one field.
     *
     * @param field  its name
     * @param note   what becomes of it
     * @param keys   of how many keys it is told
     * @param decide whether it restricts what the key may do, so that somebody has to decide
     */
    public record Note(String field, String note, int keys, boolean decide) {
    }

    /**
     * What was made.
     *
     * @param entries the entries, each a map that can be written as YAML
     * @param notes   what does not carry over, by field
     */
    public record Outcome(List<Map<String, Object>> entries, List<Note> notes) {
    }

    private KeyListImport() {
    }

    /** Whether it looks like what LiteLLM lists. */
    public static boolean isKeyList(JsonNode root) {
        return root.has("keys") || root.has("info") || root.isArray();
    }

    /** Makes the entries of {@code root}. */
    public static Outcome of(JsonNode root) {
        KeyListImport made = new KeyListImport();
        made.page(root);
        return new Outcome(made.entries, List.copyOf(made.notes.values()));
    }

    private void page(JsonNode page) {
        if (page.isArray()) {
            page.forEach(this::page);
        } else if (page.has("keys")) {
            page.get("keys").forEach(this::page);
            if (page.path("total_pages").asInt(1) > 1) {
                note("total_pages", "there are " + page.path("total_pages").asInt() + " pages: ask for each "
                        + "(&page=2), and import them together, as jq -s . makes them one file", true);
            }
        } else if (page.has("info")) {
            page(page.get("info"));
        } else if (page.isObject()) {
            key(page);
        } else {
            note("keys", "has hashes alone: ask for /key/list?return_full_object=true", true);
        }
    }

    private void key(JsonNode key) {
        Optional<String> hash = KeyHash.written(key.path("token").asText(""), true);
        if (hash.isEmpty()) {
            note("token", "is no hash: the key is left out", true);
            return;
        }
        if (routes(key).equals(Set.of("management_routes"))) {
            note("allowed_routes", "of a key that manages LiteLLM: the key is left out, since the master key does that",
                    false);
            return;
        }
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("key_alias", alias(key, hash.get()));
        entry.put("key_hash", KeyHash.PREFIX + hash.get());
        key.fields().forEachRemaining(field -> field(entry, SAME.getOrDefault(field.getKey(), field.getKey()),
                field.getValue()));
        JsonNode budget = key.path("litellm_budget_table");
        OF_BUDGET.stream().filter(name -> !entry.containsKey(name) && budget.has(name))
                .forEach(name -> field(entry, name, budget.get(name)));
        entries.add(entry);
    }

    private String alias(JsonNode key, String hash) {
        String given = key.path("key_alias").asText("").trim();
        String alias = given;
        if (!KeyAlias.isName(given) || given.equals("null")) {
            alias = "key-" + hash.substring(0, SHORT_HASH);
            note("key_alias", "is missing, or is no name: one was made of its hash", false);
        }
        if (!aliases.add(alias)) {
            alias = alias.substring(0, Math.min(alias.length(), KeyAlias.LONGEST - SHORT_HASH - 1)) + '-'
                    + hash.substring(0, SHORT_HASH);
            aliases.add(alias);
            note("key_alias", "is there twice, or has a meaning here: a piece of the hash was added", false);
        }
        return alias;
    }

    private static Set<String> routes(JsonNode key) {
        Set<String> routes = new HashSet<>();
        key.path("allowed_routes").forEach(route -> routes.add(route.asText()));
        return routes;
    }

    private void field(Map<String, Object> entry, String name, JsonNode value) {
        if (saysNothing(value) || QUIET.contains(name) || entry.containsKey(name)) {
            return;
        }
        boolean read = KNOWN.find(name).filter(key -> key.standing() == KnownKey.Standing.READ).isPresent();
        if (isZero(value) && !read) {
            return; // a limit of 0 lets nothing through, and must not get lost
        }
        if (name.equals("spend")) {
            note(name, "is not taken over: a budget begins with nothing spent", false);
            return;
        }
        Optional<KnownKey> known = KNOWN.find(name);
        if (known.isEmpty()) {
            note(name, "is no field that is known here, left out", false);
            return;
        }
        switch (known.get().standing()) {
            case READ -> read(entry, name, value);
            case DATABASE -> note(name, "is of LiteLLM's database, left out", false);
            case ABSENT -> note(name, "has no counterpart here, left out", false);
            case RESTRICTS -> note(name, "restricts, and is not enforced here: left out", true);
            default -> throw new IllegalStateException(name);
        }
    }

    private void read(Map<String, Object> entry, String name, JsonNode value) {
        switch (name) {
            case "models" -> {
                if (texts(value).contains("all-team-models")) {
                    note(name, "has all-team-models, and its team is not in the list: write the team's models, since "
                            + "here it would mean all", true);
                }
                entry.put(name, texts(value));
            }
            case "metadata" -> metadata(entry, value);
            case "blocked" -> {
                if (value.asBoolean()) {
                    entry.put(name, true);
                }
            }
            default -> entry.put(name, plain(value));
        }
    }

    private void metadata(Map<String, Object> entry, JsonNode metadata) {
        Map<String, Object> kept = new LinkedHashMap<>();
        metadata.fields().forEachRemaining(field -> {
            String name = field.getKey();
            if (OF_METADATA.contains(name)) {
                field(entry, name, field.getValue());
            } else if (SECRET.contains(name)
                    || SECRET_WORDS.stream().anyMatch(name.toLowerCase(Locale.ROOT)::contains)) {
                note("metadata." + name, "may hold secrets, left out", false);
            } else if (KNOWN.find(name).map(KnownKey::standing).filter(KnownKey.Standing.RESTRICTS::equals)
                    .isPresent()) {
                field(entry, name, field.getValue());
            } else if (!saysNothing(field.getValue())) {
                kept.put(name, plain(field.getValue()));
            }
        });
        if (!kept.isEmpty()) {
            entry.put("metadata", kept);
        }
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static boolean saysNothing(JsonNode value) {
        return value.isNull() || value.isContainerNode() && value.isEmpty()
                || value.isTextual() && value.asText().isEmpty() || value.isBoolean() && !value.asBoolean();
    }

    private static boolean isZero(JsonNode value) {
        return value.isNumber() && value.decimalValue().signum() == 0;
    }

    /** In the terms of JSON; numbers without an exponent or needless digits. */
    private static Object plain(JsonNode value) {
        if (value.isArray()) {
            List<Object> list = new ArrayList<>();
            value.forEach(item -> list.add(plain(item)));
            return list;
        }
        if (value.isObject()) {
            Map<String, Object> map = new LinkedHashMap<>();
            value.fields().forEachRemaining(field -> map.put(field.getKey(), plain(field.getValue())));
            return map;
        }
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue().stripTrailingZeros();
            return number.scale() <= 0 && number.precision() - number.scale() < 18 ? (Object) number.longValue()
                    : number;
        }
        return value.isBoolean() ? (Object) value.asBoolean() : value.isNull() ? null : value.asText();
    }

    private void note(String field, String note, boolean decide) {
        notes.merge(field + note, new Note(field, note, 1, decide),
                (before, more) -> new Note(field, note, before.keys() + 1, decide));
    }
}
