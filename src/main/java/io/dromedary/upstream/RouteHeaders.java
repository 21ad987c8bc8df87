package io.dromedary.upstream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.dromedary.model.Deployment;

/**
 * The headers that routes have set for the last request to each deployment. A probe sends them too: without a key that
 * only a route knows, an upstream would refuse it, and a breaker that has opened would never close. Safe for several
 * threads.
 */
public final class RouteHeaders {

    private final Map<String, Map<String, String>> byDeployment = new ConcurrentHashMap<>();

    /** Remembers those of a request to {@code deployment}, in place of the ones before. */
    public void remember(Deployment deployment, Map<String, String> headers) {
        if (!headers.isEmpty()) {
            byDeployment.put(deployment.id(), Map.copyOf(headers));
        }
    }

    /** Those of the last request to {@code deployment} that had any; empty if none had. */
    public Map<String, String> of(Deployment deployment) {
        return byDeployment.getOrDefault(deployment.id(), Map.of());
    }
}
