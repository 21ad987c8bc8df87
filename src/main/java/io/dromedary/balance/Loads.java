package io.dromedary.balance;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

import io.dromedary.model.Deployment;

/** How busy each deployment is, by its id. Owned by the app: a reload does not forget. */
public final class Loads {

    private final Map<String, DeploymentLoad> byId = new ConcurrentHashMap<>();

    /** That of {@code deployment}. */
    public DeploymentLoad of(Deployment deployment) {
        return byId.computeIfAbsent(deployment.id(), id -> new DeploymentLoad(System::nanoTime));
    }

    /** Forgets all other deployments. */
    public void keepOnly(Collection<Deployment> deployments) {
        byId.keySet().retainAll(deployments.stream().map(Deployment::id).collect(Collectors.toSet()));
    }

    /** Takes over how many requests the active generation allows {@code deployment} at a time; 0 for any number. */
    public void limit(Deployment deployment, int parallel) {
        of(deployment).limit(parallel);
    }
}
