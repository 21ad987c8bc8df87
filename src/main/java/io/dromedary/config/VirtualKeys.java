package io.dromedary.config;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.key.KeyHash;
import io.dromedary.key.VirtualKey;
import io.dromedary.yaml.YamlTree;

/** Reads {@code virtual_keys}: each entry becomes a key of an app, or a fault that names its line. */
final class VirtualKeys {

    private static final KnownKeys KNOWN = KnownKeys.VIRTUAL_KEY;
    /** Fewer characters can be guessed; a key that the gateway makes has 43. */
    private static final int SHORTEST_KEY = 20;
    private static final int FEWEST_DIFFERENT = 6;

    /** A day, or a time with an offset or without one; in UTC then, as LiteLLM's database has it. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE).optionalStart().appendLiteral('T')
            .append(DateTimeFormatter.ISO_LOCAL_TIME).optionalStart().appendOffsetId().toFormatter(Locale.ROOT);
    private static final int LONGEST_TIME = 40;

    private final Findings faults;
    private final ScalarReader scalars;
    private final SectionCheck check;
    private final KeyLimitsReader limits;
    private final Map<String, Place> aliases = new HashMap<>();
    private final Map<String, String> hashes = new HashMap<>();
    private final KeyModels names;
    private final KeyScopeReader scopes;
    private final List<VirtualKey> keys = new ArrayList<>();

    /** @param names the models that keys may name */
    VirtualKeys(Findings faults, ScalarReader scalars, SectionCheck check, String masterKey, KeyModels names) {
        this.faults = faults;
        this.names = names;
        this.scopes = new KeyScopeReader(faults, names);
        this.scalars = scalars;
        this.check = check;
        this.limits = new KeyLimitsReader(faults, scalars);
        KeyAlias.RESERVED.forEach(name -> aliases.put(name, null));
        hashes.put(KeyHash.of(masterKey), VirtualKey.MASTER.alias());
    }

    /** The keys of all {@code lists}, in order, without those that have a fault. */
    List<VirtualKey> read(List<YamlTree> lists) {
        lists.forEach(list -> list.items().forEach(this::readEntry));
        return keys;
    }

    private void readEntry(YamlTree entry) {
        if (!entry.isMap()) {
            faults.stop(Rule.VALUE_FORM, entry.place(), "virtual_keys", "has an item that is no map",
                    "Write - key_alias: ...");
            return;
        }
        check.check(entry, KNOWN);
        Optional<String> alias = text(entry, "key_alias").map(String::trim);
        if (alias.isEmpty() || !KeyAlias.isName(alias.get())) {
            faults.stop(Rule.REQUIRED_KEY, alias.isEmpty() ? entry.place() : entry.placeOfKey("key_alias"),
                    KNOWN.path("key_alias"), alias.isEmpty() ? "is missing" : "is no name",
                    "Write a name of 1 to " + KeyAlias.LONGEST + " printable characters");
            return;
        }
        if (aliases.containsKey(alias.get())) {
            Place other = aliases.get(alias.get());
            faults.stop(Rule.UNIQUE_ID, entry.placeOfKey("key_alias"), KNOWN.path("key_alias"), other == null
                    ? "is a name that the master key has, or no key" : "is the same as that in " + other.file() + ":"
                    + other.line(), "Give each key a name of its own");
            return;
        }
        aliases.put(alias.get(), entry.place());
        VirtualKey key = new VirtualKey(alias.get(), hashes(entry, alias.get()), scopes.read(entry),
                names.ofGroups(limits.read(entry)), expiry(entry, alias.get()), flag(entry, "blocked"),
                metadata(entry));
        names.check(entry, key);
        keys.add(key);
    }

    /** The hashes of all values of the key: those that are set, where one is yet to come or has gone. */
    private Set<String> hashes(YamlTree entry, String alias) {
        Set<String> own = new LinkedHashSet<>();
        int written = 0;
        for (String name : List.of("key", "key_hash")) {
            YamlTree value = entry.get(name).filter(tree -> !tree.isNull()).orElse(null);
            List<YamlTree> items = value == null ? List.of() : value.isList() ? value.items() : List.of(value);
            for (YamlTree item : items) {
                written++;
                hash(item, name, alias).filter(hash -> isOwn(hash, alias, item, name)).ifPresent(own::add);
            }
        }
        if (written == 0) {
            faults.stop(Rule.REQUIRED_KEY, entry.place(), KNOWN.path("key"), "is missing",
                    "Write key: os.environ/NAME or key: sha256:..., which `dromedary key new " + alias + "` prints");
        }
        return own.size() == 1 ? Set.copyOf(own) : Collections.unmodifiableSet(own);
    }

    private Optional<String> hash(YamlTree item, String name, String alias) {
        String path = KNOWN.path(name);
        if (!item.isScalar()) {
            faults.stop(Rule.VALUE_FORM, item.place(), path, "is no text", "Write os.environ/NAME or sha256:...");
            return Optional.empty();
        }
        if (scalars.isReference(item)) {
            String variable = ScalarReader.variableName(item);
            Optional<String> value = scalars.variable(variable);
            if (value.isEmpty()) {
                faults.warn(Rule.VARIABLE_SET, item.place(), path, "of " + alias + " takes its value from the "
                        + "environment variable " + VariableName.told(variable) + ", which is not set: nobody has "
                        + "that key", "Set it in the environment or in .env");
            }
            return value.flatMap(text -> hashOf(KeyText.of(text, variable, faults, item.place(), path), item, name));
        }
        Optional<String> hash = KeyHash.written(item.text(), name.equals("key_hash"));
        if (hash.isPresent()) {
            return hash;
        }
        if (name.equals("key_hash")) {
            faults.stop(Rule.VALUE_FORM, item.place(), path, "is no SHA-256",
                    "Write sha256: and 64 hexadecimal digits, or write it as key");
            return Optional.empty();
        }
        faults.warn(Rule.VALUE_FORM, item.place(), path, "of " + alias + " stands in the file itself",
                "Write os.environ/NAME, or its hash: key: sha256:...");
        return hashOf(KeyText.of(item.text(), null, faults, item.place(), path), item, name);
    }

    private Optional<String> hashOf(String key, YamlTree item, String name) {
        String path = KNOWN.path(name);
        Optional<String> hash = KeyHash.written(key, name.equals("key_hash"));
        if (hash.isPresent()) {
            return hash; // a variable may have the hash, too
        }
        if (key.isEmpty() || !KeyText.canBeSent(key)) {
            faults.stop(Rule.VALUE_FORM, item.place(), path,
                    "is empty or holds a character that no client can send in a header", "Make another key");
            return Optional.empty();
        }
        if (key.length() < SHORTEST_KEY || key.chars().distinct().count() < FEWEST_DIFFERENT) {
            faults.warn(Rule.VALUE_FORM, item.place(), path, "may be guessed: it has fewer than " + SHORTEST_KEY
                    + " characters, or fewer than " + FEWEST_DIFFERENT + " different ones",
                    "Make another one with `dromedary key new`");
        }
        return Optional.of(KeyHash.of(key));
    }

    private boolean isOwn(String hash, String alias, YamlTree item, String name) {
        String other = hashes.putIfAbsent(hash, alias);
        if (other != null && !other.equals(alias)) {
            faults.stop(Rule.UNIQUE_ID, item.place(), KNOWN.path(name), "is the key that " + other + " has",
                    "Give each app a key of its own");
        }
        return other == null || other.equals(alias);
    }

    private static Instant instant(TemporalAccessor at) {
        return at instanceof OffsetDateTime time ? time.toInstant() : at instanceof LocalDateTime time
                ? time.toInstant(ZoneOffset.UTC) : ((LocalDate) at).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private Instant expiry(YamlTree entry, String alias) {
        String text = text(entry, "expires").map(String::trim).orElse("");
        if (text.isEmpty()) {
            return null;
        }
        try {
            Instant from = instant(TIME.parseBest(text.length() > LONGEST_TIME ? "" : text.replace(' ', 'T'),
                    OffsetDateTime::from, LocalDateTime::from, LocalDate::from));
            if (from.isBefore(Instant.now())) {
                faults.warn(Rule.VALUE_FORM, entry.placeOfKey("expires"), KNOWN.path("expires"),
                        "of " + alias + " has passed: the key is refused", "Take the key out, or write a later time");
            }
            return from;
        } catch (DateTimeParseException e) {
            faults.stop(Rule.VALUE_FORM, entry.placeOfKey("expires"), KNOWN.path("expires"), "is no time",
                    "Write a day, such as 2027-01-31, or a time, such as 2027-01-31T12:00:00Z");
            return null;
        }
    }

    /** What is written about the key; its team and user among it, which LiteLLM has beside it. */
    @SuppressWarnings("unchecked")
    private Map<String, Object> metadata(YamlTree entry) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        for (String name : List.of("team_alias", "team_id", "user_id")) {
            text(entry, name).ifPresent(text -> metadata.put(name, text));
        }
        entry.get("tags").filter(YamlTree::isList).ifPresent(tags -> metadata.put("tags",
                List.copyOf(KeyScopeReader.texts(entry, "tags"))));
        entry.get("metadata").filter(YamlTree::isMap)
                .ifPresent(map -> metadata.putAll((Map<String, Object>) map.value()));
        return metadata.isEmpty() ? Map.of() : Collections.unmodifiableMap(metadata);
    }

    private Optional<String> text(YamlTree entry, String key) {
        return entry.get(key).isEmpty() ? Optional.empty() : scalars.text(entry, key, KNOWN.path(key));
    }

    private boolean flag(YamlTree entry, String key) {
        return entry.get(key).isPresent() && scalars.flag(entry, key, KNOWN.path(key)).orElse(false);
    }
}
