package io.dromedary.config;

import java.util.HashMap;
import java.util.Map;

import io.dromedary.yaml.YamlTree;

/**
 * An environment in which every variable that a configuration refers to is set, for looking at one on a machine that
 * has none of them.
 */
final class AnyVariable {

    private static final String REFERENCE = "os.environ/";

    private AnyVariable() {
    }

    /** It; a variable that names an address is one, so that it passes for one. */
    static Environment environment(ConfigSource source) {
        Map<String, String> variables = new HashMap<>(Map.of("LITELLM_MASTER_KEY", "set"));
        source.files().forEach(file -> collect("", file, variables));
        return Environment.of(variables);
    }

    private static void collect(String key, YamlTree tree, Map<String, String> variables) {
        if (tree.text().startsWith(REFERENCE)) {
            boolean address = key.equals("api_base") || key.equals("base_url");
            variables.put(tree.text().substring(REFERENCE.length()), address ? "http://localhost/v1" : "1");
        }
        tree.entries().forEach((name, value) -> collect(name, value, variables));
        tree.items().forEach(item -> collect(key, item, variables));
    }
}
