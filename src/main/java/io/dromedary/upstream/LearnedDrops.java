package io.dromedary.upstream;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.dromedary.model.Deployment;

/**
 * Which parameters a deployment has said it does not support, so that the next request does not have to find out again.
 * Lives as long as its generation: a reload forgets, because the upstream may have been exchanged.
 */
public final class LearnedDrops {

    private final Map<String, Set<String>> byDeployment = new ConcurrentHashMap<>();

    /** Remembers that {@code deployment} refuses {@code parameter}. */
    public void remember(Deployment deployment, String parameter) {
        byDeployment.computeIfAbsent(deployment.id(), id -> ConcurrentHashMap.newKeySet()).add(parameter);
    }

    /** The parameters that {@code deployment} has refused. */
    public Set<String> of(Deployment deployment) {
        return byDeployment.getOrDefault(deployment.id(), Set.of());
    }
}
