package io.dromedary.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.dromedary.findings.Place;
import io.dromedary.yaml.YamlTree;

/**
 * What stands in one route or template, or beside them: the endpoints and beans that it names. Reads the YAML DSL's
 * forms, a plain {@code to: direct:x} and one with {@code uri} and {@code parameters}.
 */
final class RouteParts {

    /** How an endpoint is used. */
    enum Use {
        /** A route begins with it. */
        FROM,
        /** It is sent to. */
        TO,
        /** It is sent to, and its name may hold expressions. */
        DYNAMIC
    }

    /**
     * An endpoint that is named.
     *
     * @param uri the URI without its parameters; {@code direct:name} for the direct component in whichever form
     * @param at  the value that holds it: a text, or a map with {@code uri} and {@code parameters}
     */
    record Endpoint(Use use, String uri, YamlTree at, Place place) {
    }

    /**
     * A bean that a step or an expression calls.
     *
     * @param method the method's name; empty where none is named
     * @param at     where the method is named
     */
    record BeanRef(String name, Place place, String method, Place at) {

        BeanRef(String name, Place place) {
            this(name, place, "", place);
        }
    }

    private static final Set<String> ENDPOINTS = Set.of("to", "toD", "wireTap", "enrich", "pollEnrich", "poll");
    private static final Set<String> PATTERNS = Set.of("interceptFrom", "interceptSendToEndpoint");
    private static final Set<String> CALLS = Set.of("process", "bean");
    /** Keys whose value is a bean's name wherever they stand. */
    private static final Set<String> BEAN_KEYS =
            Set.of("aggregationStrategy", "idempotentRepository", "onPrepare", "circuitBreaker",
            "onExceptionOccurredRef", "onRedeliveryRef", "redeliveryPolicyRef");

    /** Under these, a text may name an endpoint; elsewhere one that looks like it is just a text. */
    private static final Set<String> HOLD_NAMES =
            Set.of("recipientList", "routingSlip", "dynamicRouter", "enrich", "pollEnrich", "properties",
            "deadLetterChannel", "deadLetterUri", "rest");
    /** Keys whose text is for people, or is no expression. */
    private static final Set<String> PLAIN = Set.of("description", "note", "id", "constant");
    private static final Pattern BEAN_CALL =
            Pattern.compile("(?:^|\\$\\{)bean:([\\w-]+)(?![\\w.:-])(?:\\?method=([A-Za-z_]\\w*))?");
    private static final Pattern METHOD = Pattern.compile("\\s*([A-Za-z_]\\w*)\\s*(?:\\(.*)?", Pattern.DOTALL);
    private static final Pattern DIRECTS = Pattern.compile("direct:[\\w.{}-]+(\\s*,\\s*direct:[\\w.{}-]+)*");

    private final List<Endpoint> endpoints = new ArrayList<>();
    private final List<BeanRef> beans = new ArrayList<>();

    private RouteParts() {
    }

    /** The parts under {@code tree}, which is the value of {@code key}. */
    static RouteParts of(String key, YamlTree tree) {
        RouteParts parts = new RouteParts();
        parts.walk(key, tree, false);
        return parts;
    }

    List<Endpoint> endpoints() {
        return endpoints;
    }

    List<BeanRef> beans() {
        return beans;
    }

    private void walk(String key, YamlTree tree, boolean below) {
        boolean names = below || HOLD_NAMES.contains(key);
        if (tree.isScalar()) {
            scalar(key, tree, names);
            if (!PLAIN.contains(key)) {
                calls(tree);
            }
        }
        if (tree.get("uri").isPresent() && !PATTERNS.contains(key)) {
            endpoint(key, EndpointName.of(tree), tree, tree.placeOfKey("uri"));
            tree.get("uri").ifPresent(this::calls);
        }
        for (Map.Entry<String, YamlTree> entry : tree.entries().entrySet()) {
            if (entry.getKey().equals("ref") && CALLS.contains(key)) {
                beans.add(step(tree, entry.getValue()));
            } else if (!entry.getKey().equals("uri")) {
                walk(entry.getKey(), entry.getValue(), names);
            }
        }
        tree.items().forEach(item -> walk(key, item, names));
    }

    private static BeanRef step(YamlTree step, YamlTree ref) {
        Optional<YamlTree> method = step.get("method").filter(YamlTree::isScalar);
        Matcher name = METHOD.matcher(method.map(YamlTree::text).orElse(""));
        return new BeanRef(ref.text(), ref.place(), name.matches() ? name.group(1) : "",
                method.map(YamlTree::place).orElse(ref.place()));
    }

    /** What an expression or an endpoint of the bean component calls. */
    private void calls(YamlTree scalar) {
        Matcher call = BEAN_CALL.matcher(scalar.text());
        while (call.find()) {
            beans.add(new BeanRef(call.group(1), scalar.place(), call.group(2) == null ? "" : call.group(2),
                    scalar.place()));
        }
    }

    private void scalar(String key, YamlTree tree, boolean names) {
        String text = tree.text();
        if (key.equals("from") || ENDPOINTS.contains(key)) {
            endpoint(key, EndpointName.of(tree), tree, tree.place());
        } else if (names && DIRECTS.matcher(text).matches()) {
            // A list of recipients, a bean's property.
            for (String one : text.split("\\s*,\\s*")) {
                endpoint(key, one, tree, tree.place());
            }
        } else if (BEAN_KEYS.contains(key)) {
            beans.add(new BeanRef(text.startsWith("#bean:") ? text.substring(6) : text, tree.place()));
        }
    }

    private void endpoint(String key, String uri, YamlTree at, Place place) {
        Use use = key.equals("from") ? Use.FROM : key.equals("to") ? Use.TO : Use.DYNAMIC;
        endpoints.add(new Endpoint(use, uri, at, place));
    }
}
