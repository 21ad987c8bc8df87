package io.dromedary.upstream;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.dromedary.attempt.ParameterChange;
import io.dromedary.model.Deployment;

/**
 * Which parameters a deployment does not take, so that the next request does not have to find out again: learned when a
 * request without one has succeeded. Forgotten after an hour, since the upstream may have been exchanged, and with its
 * generation. At most 32 names of at most 128 characters a deployment; the oldest goes first. Safe for several threads.
 */
public final class LearnedDrops {

    private static final int MOST = 32;
    private static final int LONGEST_NAME = 128;
    private static final long LIFE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Map<String, Map<String, Learned>> byDeployment = new ConcurrentHashMap<>();

    private record Learned(ParameterChange change, long until) {
    }

    /** Remembers that {@code deployment} takes a request that is changed so. */
    public void remember(Deployment deployment, ParameterChange change) {
        if (change.name().length() > LONGEST_NAME) {
            return;
        }
        Map<String, Learned> known = byDeployment.computeIfAbsent(deployment.id(), id -> new LinkedHashMap<>());
        synchronized (known) {
            known.remove(change.name());
            if (known.size() >= MOST) {
                known.remove(known.keySet().iterator().next());
            }
            known.put(change.name(), new Learned(change, System.nanoTime() + LIFE_NANOS));
        }
    }

    /** What {@code deployment} does not take, oldest first. */
    public Collection<ParameterChange> of(Deployment deployment) {
        Map<String, Learned> known = byDeployment.get(deployment.id());
        if (known == null) {
            return List.of();
        }
        synchronized (known) {
            long now = System.nanoTime();
            known.values().removeIf(learned -> now - learned.until() > 0);
            return known.values().stream().map(Learned::change).toList();
        }
    }
}
