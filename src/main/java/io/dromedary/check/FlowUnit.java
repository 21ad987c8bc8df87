package io.dromedary.check;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Place;
import io.dromedary.yaml.YamlTree;

/**
 * One route as Camel will have it, or something that belongs to all: a route configuration, the beans.
 *
 * @param kind       what it is
 * @param id         the route's id; empty where it has none
 * @param place      where its id stands, or it begins
 * @param tree       the route, or the template that it is made from
 * @param parts      the endpoints and beans that it names
 * @param parameters of its template: name to value; empty for a route that is written out
 */
public record FlowUnit(Kind kind, String id, Place place, YamlTree tree, RouteParts parts, Map<String,
        String> parameters) {

    /** What a unit is. */
    public enum Kind {
        /** A route that is written out. */
        ROUTE,
        /** A route that is made from a template. */
        FROM_TEMPLATE,
        /** Interceptors and error handling, which belong to all routes, or beans. */
        SHARED
    }

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}:?!]+)(?::[^{}]*)?}}");

    /** {@code text} with the template's parameters filled in; other placeholders stay. */
    public String filled(String text) {
        if (parameters.isEmpty() || !text.contains("{{")) {
            return text;
        }
        Matcher matcher = PLACEHOLDER.matcher(text);
        StringBuilder filled = new StringBuilder();
        while (matcher.find()) {
            String value = parameters.get(matcher.group(1));
            matcher.appendReplacement(filled, Matcher.quoteReplacement(value == null ? matcher.group() : value));
        }
        return matcher.appendTail(filled).toString();
    }

    /** The URI that it begins with, filled in, without options; empty for a shared one. */
    public String from() {
        return parts.endpoints().stream().filter(endpoint -> endpoint.use() == RouteParts.Use.FROM)
                .map(endpoint -> filled(endpoint.uri()))
                .map(uri -> uri.startsWith("direct:") ? uri.replaceAll("\\?.*", "") : uri)
                .findFirst().orElse("");
    }
}
