package io.dromedary.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import io.dromedary.findings.Findings;
import io.dromedary.findings.Rule;
import io.dromedary.key.KeyScope;
import io.dromedary.yaml.YamlTree;

/** Reads what the keys of {@code virtual_keys} may ask for: models, their other names, paths. */
final class KeyScopeReader {

    private static final KnownKeys KNOWN = KnownKeys.VIRTUAL_KEY;
    private static final Set<String> ALL_MODELS = Set.of("all-team-models", "all-proxy-models", "*");
    /** What LiteLLM's word {@code info_routes} stands for, of what there is here. */
    private static final List<String> INFO_ROUTES =
            List.of("/models", "/models/*", "/model/info", "/model_group/info");

    private final Findings faults;
    private final KeyModels names;
    private final Map<List<String>, KeyScope> scopes = new HashMap<>();

    /** @param names the models that keys may name */
    KeyScopeReader(Findings faults, KeyModels names) {
        this.faults = faults;
        this.names = names;
    }

    /** What the key of {@code entry} may ask for; the same for many of them, and kept once then. */
    KeyScope read(YamlTree entry) {
        List<String> models = models(entry);
        Map<String, String> otherNames = aliases(entry);
        List<String> paths = routes(entry);
        if (!otherNames.isEmpty() || !paths.isEmpty()) {
            return new KeyScope(models == null ? null : names.expanded(models), otherNames, paths);
        }
        return models == null ? KeyScope.ALL : scopes.computeIfAbsent(models,
                written -> new KeyScope(names.expanded(written), Map.of(), List.of()));
    }

    /** Null for all models: nothing is written, or one of LiteLLM's words for it. */
    private List<String> models(YamlTree entry) {
        if (entry.get("models").filter(YamlTree::isList).isEmpty()) {
            return null;
        }
        List<String> written = texts(entry, "models");
        if (written.contains("all-team-models")) {
            faults.warn(Rule.VALUE_FORM, entry.placeOfKey("models"), KNOWN.path("models"), "has all-team-models: there "
                    + "are no teams here, so the key may ask for all models", "Write the models of its team");
        }
        if (!Collections.disjoint(ALL_MODELS, written)) {
            return null;
        }
        if (written.isEmpty()) {
            faults.warn(Rule.VALUE_FORM, entry.placeOfKey("models"), KNOWN.path("models"),
                    "is empty: the key may ask for no model", "Leave the line out for all models");
        }
        written.removeIf("no-default-models"::equals);
        return written;
    }

    private Map<String, String> aliases(YamlTree entry) {
        Optional<YamlTree> aliases = entry.get("aliases").filter(YamlTree::isMap);
        if (aliases.isEmpty()) {
            return Map.of();
        }
        Map<String, String> named = new LinkedHashMap<>();
        aliases.ifPresent(map -> map.entries().forEach((name, value) -> {
            if (value.isScalar() && !value.isNull()) {
                named.put(name, value.text());
            } else {
                faults.stop(Rule.VALUE_FORM, map.placeOfKey(name), KNOWN.path("aliases"),
                        "holds a name that stands for no model", "Write NAME: MODEL");
            }
        }));
        return named;
    }

    /**
     * The paths that it may ask. Of LiteLLM's words for several, the one for calls of models is any path, since an
     * app's key may do no more here anyway.
     */
    private List<String> routes(YamlTree entry) {
        List<String> written = texts(entry, "allowed_routes");
        if (written.contains("llm_api_routes")) {
            return List.of();
        }
        List<String> paths = new ArrayList<>();
        for (String route : written) {
            if (route.equals("info_routes")) {
                paths.addAll(INFO_ROUTES);
            } else if (route.startsWith("/")) {
                paths.add(route);
            } else {
                faults.stop(Rule.VALUE_FORM, entry.placeOfKey("allowed_routes"), KNOWN.path("allowed_routes"),
                        "names " + told(route) + ", which is no path", "Write paths, such as /v1/embeddings, or "
                        + "llm_api_routes or info_routes");
            }
        }
        return paths;
    }

    /** What was written, cut where it is longer than any name. */
    private static String told(String written) {
        return written.length() <= KeyAlias.LONGEST ? written : written.substring(0, KeyAlias.LONGEST) + "...";
    }

    /** The scalars of the list {@code key}; empty for none. */
    static List<String> texts(YamlTree entry, String key) {
        YamlTree list = entry.get(key).orElse(null);
        List<String> texts = new ArrayList<>();
        if (list != null) {
            for (YamlTree item : list.items()) {
                if (item.isScalar()) {
                    texts.add(item.text());
                }
            }
        }
        return texts;
    }
}
