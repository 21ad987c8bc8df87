package io.dromedary.operator.api;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.dromedary.config.GatewayConfig;
import io.dromedary.json.Json;
import io.dromedary.model.Deployment;
import io.dromedary.model.Secret;

/**
 * Takes the secrets of the configuration out of what the page is told, wherever they may have got in: an upstream may
 * repeat a key in an error, a base URL may hold a password.
 */
final class SecretMask {

    /** A shorter one is found in ordinary words. */
    private static final int SHORTEST = 8;

    private final List<String> secrets;

    private SecretMask(List<String> secrets) {
        this.secrets = secrets;
    }

    /** That of a configuration. */
    static SecretMask of(GatewayConfig config) {
        Set<String> secrets = new LinkedHashSet<>();
        if (config.masterKey() != null) {
            secrets.add(config.masterKey().reveal());
        }
        for (Deployment deployment : config.catalogue().deployments()) {
            if (deployment.apiKey() != null) {
                secrets.add(deployment.apiKey().reveal());
            }
            deployment.parameterSecrets().stream().map(Secret::reveal).forEach(secrets::add);
            // "Bearer sk-..." as a whole, and the key alone.
            deployment.extraHeaders().values().forEach(value -> {
                secrets.add(value);
                secrets.addAll(List.of(value.split(" ")));
            });
        }
        // The longest first: one may be the beginning of another.
        return new SecretMask(secrets.stream().filter(secret -> secret.length() >= SHORTEST)
                .flatMap(secret -> Stream.of(secret, escaped(secret))).distinct()
                .sorted(Comparator.comparing(String::length).reversed()).toList());
    }

    /** As it stands in a text that is JSON itself, such as a parameter. */
    private static String escaped(String secret) {
        String literal = new String(Json.literal(secret), StandardCharsets.UTF_8);
        return literal.substring(1, literal.length() - 1);
    }

    /** The JSON of {@code tree} without them. Names of fields stay as they are: a key may be called as one of them. */
    byte[] json(Map<String, Object> tree) {
        return Json.bytes(masked(tree));
    }

    private Object masked(Object value) {
        if (value instanceof String text) {
            return masked(text);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, Object> clean = new LinkedHashMap<>();
            map.forEach((name, inner) -> clean.put(name, masked(inner)));
            return clean;
        }
        if (value instanceof Collection<?> list) {
            List<Object> clean = new ArrayList<>(list.size());
            list.forEach(inner -> clean.add(masked(inner)));
            return clean;
        }
        return value;
    }

    private String masked(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, "***");
        }
        return clean;
    }
}
