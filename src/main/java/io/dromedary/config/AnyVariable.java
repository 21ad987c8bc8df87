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

    /**
     * It, with the values of {@code own} where that has them. A variable that names an address or a model is one, so
     * that it passes for one; those of the providers are set too.
     */
    static Environment environment(ConfigSource source, Environment own) {
        Map<String, String> variables = new HashMap<>(Map.of("LITELLM_MASTER_KEY", "set"));
        for (Provider provider : Providers.all()) {
            provider.keyFrom().forEach(name -> variables.put(name, "set"));
            BaseTemplate.variables(provider).forEach(name -> variables.put(name, "set"));
        }
        source.files().forEach(file -> collect("", file, variables));
        own.asMap().forEach((name, value) -> {
            if (!value.isEmpty()) {
                variables.put(name, value);
            }
        });
        return Environment.of(variables);
    }

    private static void collect(String key, YamlTree tree, Map<String, String> variables) {
        if (tree.text().startsWith(REFERENCE)) {
            boolean address = key.equals("api_base") || key.equals("base_url");
            variables.put(tree.text().substring(REFERENCE.length()),
                    address ? "http://localhost/v1" : key.equals("model") ? "openai/any" : "1");
        }
        tree.entries().forEach((name, value) -> collect(name, value, variables));
        tree.items().forEach(item -> collect(key, item, variables));
    }
}
