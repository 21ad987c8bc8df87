package io.dromedary.observe.metrics;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.dromedary.key.VirtualKey;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.NamePattern;

/**
 * The values that labels may have, so that no client can make series: names of the configuration and paths of the
 * routes; for all else one word. Immutable: another configuration has others.
 */
public final class MetricLabels {

    /** The value of a label of which nothing is known: LiteLLM's. */
    public static final String NONE = "None";
    /** The value of a label for whatever the configuration does not have. */
    public static final String OTHER = "other";

    private final Catalogue catalogue;
    private final RoutePaths paths;
    private final Map<String, DeploymentLabels> byId = new HashMap<>();
    private final Map<String, String> hashes;

    /**
     * @param paths       of the routes, with parameters such as {@code :id}
     * @param keys        the keys of apps
     * @param tellApiBase whether the addresses of upstreams may be told
     */
    public MetricLabels(Catalogue catalogue, Collection<String> paths, List<VirtualKey> keys, boolean tellApiBase) {
        this.hashes = keys.stream().collect(Collectors.toMap(VirtualKey::alias, MetricLabels::hash));
        this.catalogue = catalogue;
        this.paths = new RoutePaths(paths);
        for (Deployment deployment : catalogue.deployments()) {
            byId.put(deployment.id(), DeploymentLabels.of(deployment, tellApiBase));
        }
    }

    /** Names or values of labels, and more of them. */
    public static String[] with(String[] some, String... more) {
        String[] all = Arrays.copyOf(some, some.length + more.length);
        System.arraycopy(more, 0, all, some.length, more.length);
        return all;
    }

    /** The name for a model that a client has asked for: itself, the wildcard that serves it, or a word for others. */
    String model(String asked) {
        if (asked == null || asked.equals(NONE)) {
            return NONE;
        }
        List<Deployment> serving = catalogue.serving(asked);
        if (serving.isEmpty()) {
            return OTHER;
        }
        String group = serving.get(0).group();
        return NamePattern.isPattern(group) ? group : asked;
    }

    /** LiteLLM's label for a key: the hash of its first value, which is public where the key is random. */
    public static String hash(VirtualKey key) {
        return key.hashes().isEmpty() ? NONE : key.hashes().iterator().next();
    }

    /** The hash of the key of that alias; a word for none. */
    String hash(String alias) {
        return hashes.getOrDefault(alias, NONE);
    }

    /** The route's path for the path of a request. */
    String route(String path) {
        return paths.of(path);
    }

    /** Those of the deployment of that id; null for no deployment. */
    DeploymentLabels deployment(String id) {
        return id == null ? DeploymentLabels.NONE : byId.getOrDefault(id, DeploymentLabels.OTHER);
    }

    /** Whether a series with these labels may still come: what has left the configuration leaves the metrics. */
    boolean holds(List<String> names, List<String> values) {
        int at = Math.max(names.indexOf("model_id"), names.indexOf("deployment"));
        DeploymentLabels deployment = at < 0 ? null : values.get(at).equals(NONE) ? DeploymentLabels.NONE
                : deployment(values.get(at));
        for (int i = 0; i < names.size(); i++) {
            String value = values.get(i);
            boolean model = names.get(i).equals("requested_model") || names.get(i).equals("fallback_model");
            if (model && !value.equals(OTHER) && !model(value).equals(value)) {
                return false;
            }
            if (names.get(i).equals("api_key_alias") && !value.equals(NONE)
                    && !value.equals(VirtualKey.MASTER.alias()) && !hashes.containsKey(value)) {
                return false;
            }
            if (names.get(i).equals("hashed_api_key") && !value.equals(NONE)
                    && !value.equals(hash(values.get(names.indexOf("api_key_alias"))))) {
                return false;
            }
            String now = deployment == null ? null : deployment.value(names.get(i));
            if (now != null && !now.equals(value)) {
                return false;
            }
        }
        return true;
    }
}
