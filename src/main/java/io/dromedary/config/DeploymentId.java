package io.dromedary.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;

import io.dromedary.yaml.YamlTree;

/**
 * Who a deployment is, across restarts and reloads: {@code model_info.id}, else a hash of {@code model_name} and
 * {@code litellm_params} as they are written. Variables are hashed by name, so that a new key does not make a new
 * deployment, and nothing of a key can be guessed from the id.
 *
 * @param id        shown to clients
 * @param routeName the same in letters, digits and hyphens, unique too
 */
record DeploymentId(String id, String routeName) {

    private static final int HASH_LETTERS = 8;

    static DeploymentId of(YamlTree entry, String group, YamlTree params) {
        String id = entry.get("model_info").filter(YamlTree::isMap).flatMap(info -> info.get("id"))
                .filter(YamlTree::isScalar).map(YamlTree::text)
                .orElseGet(() -> hash(group + params.value()));
        String readable = group.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        return new DeploymentId(id, readable + "-" + hash(id).substring(0, HASH_LETTERS));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
