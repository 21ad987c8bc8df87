package io.dromedary.check;

import io.dromedary.yaml.YamlTree;

/** The endpoint that a step, or a {@code from}, names in one of the YAML DSL's forms. */
public final class EndpointName {

    private EndpointName() {
    }

    /**
     * Its URI without its parameters, but for the direct component, whose name may be one: {@code direct:name} in
     * whichever form.
     *
     * @param step a text, or a map with {@code uri} and {@code parameters}
     */
    public static String of(YamlTree step) {
        String uri = step.isScalar() ? step.text() : step.get("uri").map(YamlTree::text).orElse("");
        if (uri.equals("direct")) {
            return step.get("parameters").flatMap(parameters -> parameters.get("name"))
                    .map(name -> "direct:" + name.text()).orElse(uri);
        }
        return uri.startsWith("direct://") ? "direct:" + uri.substring("direct://".length()) : uri;
    }
}
