package io.dromedary.upstream;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.dromedary.model.Deployment;
import io.dromedary.model.Need;
import io.dromedary.model.Plan;

/**
 * What deployments have said that they cannot do, so that the next request with images does not upload them in vain.
 * Kept for each model that a deployment is asked for, since one with a wildcard serves many. Forgotten after ten
 * minutes, since the upstream may have been exchanged, at the first answer to a request with such a need, and with its
 * generation. At most 32 models of at most 128 characters a deployment; the oldest goes first. Safe for several
 * threads.
 */
public final class LearnedRefusals {

    private static final int MOST = 32;
    private static final int LONGEST_NAME = 128;
    private static final long LIFE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final Map<String, Map<String, Map<Need, Long>>> byDeployment = new ConcurrentHashMap<>();

    /**
     * A refusal that counts.
     *
     * @param model  the model's name upstream
     * @param need   what is refused
     * @param leftMs for how long it still counts, in ms
     */
    public record Kept(String model, Need need, long leftMs) {
    }

    /** Remembers that the upstream of {@code hop} has refused these. */
    public void remember(Plan.Hop hop, Set<Need> refused) {
        String model = hop.upstreamModel();
        if (refused.isEmpty() || model.length() > LONGEST_NAME) {
            return;
        }
        Map<String, Map<Need, Long>> known =
                byDeployment.computeIfAbsent(hop.deployment().id(), id -> new LinkedHashMap<>());
        synchronized (known) {
            Map<Need, Long> before = known.remove(model);
            if (known.size() >= MOST) {
                known.remove(known.keySet().iterator().next());
            }
            Map<Need, Long> needs = before == null ? new EnumMap<>(Need.class) : before;
            refused.forEach(need -> needs.put(need, System.nanoTime() + LIFE_NANOS));
            known.put(model, needs);
        }
    }

    /** Forgets these again: a request that asked for them has been answered. */
    public void forget(Plan.Hop hop, Set<Need> answered) {
        Map<String, Map<Need, Long>> known = answered.isEmpty() ? null : byDeployment.get(hop.deployment().id());
        if (known != null) {
            synchronized (known) {
                known.getOrDefault(hop.upstreamModel(), Map.of()).keySet().removeAll(answered);
            }
        }
    }

    /** Whether the upstream of {@code deployment} has refused that of late, for the model that it calls so. */
    public boolean refuses(Deployment deployment, String upstreamModel, Need need) {
        Map<String, Map<Need, Long>> known = byDeployment.get(deployment.id());
        if (known == null) {
            return false;
        }
        synchronized (known) {
            Long until = known.getOrDefault(upstreamModel, Map.of()).get(need);
            return until != null && System.nanoTime() - until < 0;
        }
    }

    /** What {@code deployment} refuses, in words; with the model's name where it serves several. */
    public List<String> of(Deployment deployment) {
        Map<String, Map<Need, Long>> known = byDeployment.get(deployment.id());
        if (known == null) {
            return List.of();
        }
        List<String> words = new ArrayList<>();
        synchronized (known) {
            long now = System.nanoTime();
            known.values().forEach(needs -> needs.values().removeIf(until -> now - until >= 0));
            known.values().removeIf(Map::isEmpty);
            known.forEach((model, needs) -> needs.keySet().forEach(need ->
                    words.add(need.words() + (deployment.upstreamModel().contains("*") ? " (" + model + ")" : ""))));
        }
        return words;
    }

    /** All that {@code deployment} refuses, with its time. */
    public List<Kept> kept(Deployment deployment) {
        Map<String, Map<Need, Long>> known = byDeployment.getOrDefault(deployment.id(), Map.of());
        synchronized (known) {
            long now = System.nanoTime();
            return known.entrySet().stream().flatMap(model -> model.getValue().entrySet().stream()
                    .filter(need -> now - need.getValue() < 0)
                    .map(need -> new Kept(model.getKey(), need.getKey(),
                            TimeUnit.NANOSECONDS.toMillis(need.getValue() - now)))).toList();
        }
    }
}
