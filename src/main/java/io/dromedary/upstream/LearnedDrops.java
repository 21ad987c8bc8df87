package io.dromedary.upstream;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.ParameterChange;
import io.dromedary.model.Deployment;

/**
 * Which parameters a deployment does not take, so that the next request does not have to find out again: learned when a
 * request without one has succeeded. It holds for requests to the same endpoint and upstream model only: behind a
 * wildcard, clients name the model, and what one of them finds out of its own says nothing about the others'. Forgotten
 * after an hour, since the upstream may have been exchanged, and with its generation. At most 32 names of at most 128
 * characters for each of at most 32 endpoints and models of a deployment; the oldest goes first. Safe for several
 * threads.
 */
public final class LearnedDrops {

    private static final int MOST = 32;
    private static final int MOST_CALLS = 32;
    private static final int LONGEST_NAME = 128;
    private static final long LIFE_NANOS = TimeUnit.HOURS.toNanos(1);

    private final Map<String, Map<Call, Map<String, Learned>>> byDeployment = new ConcurrentHashMap<>();

    private record Learned(ParameterChange change, long until) {
    }

    /**
     * What is asked of a deployment.
     *
     * @param path  the endpoint's path under the deployment's base URL
     * @param model the model's name upstream
     */
    public record Call(String path, String model) {

        /** That of an attempt. */
        static Call of(Attempt attempt) {
            return new Call(attempt.upstreamPath(), attempt.hop().upstreamModel());
        }
    }

    /**
     * A change that is made of late.
     *
     * @param call   to what it is made
     * @param change what it is
     * @param leftMs for how long it is still made, in ms
     */
    public record Kept(Call call, ParameterChange change, long leftMs) {
    }

    /** Remembers that the deployment of {@code attempt} takes such a request when it is changed so. */
    public void remember(Attempt attempt, ParameterChange change) {
        Call call = Call.of(attempt);
        if (change.name().length() > LONGEST_NAME || call.model().length() > LONGEST_NAME) {
            return;
        }
        Map<Call, Map<String, Learned>> known =
                byDeployment.computeIfAbsent(attempt.deployment().id(), id -> new LinkedHashMap<>());
        synchronized (known) {
            Map<String, Learned> ofCall = known.remove(call);
            if (ofCall == null) {
                ofCall = new LinkedHashMap<>();
                removeOldest(known, MOST_CALLS);
            }
            ofCall.remove(change.name());
            removeOldest(ofCall, MOST);
            ofCall.put(change.name(), new Learned(change, System.nanoTime() + LIFE_NANOS));
            known.put(call, ofCall);
        }
    }

    private static <K> void removeOldest(Map<K, ?> map, int most) {
        if (map.size() >= most) {
            map.remove(map.keySet().iterator().next());
        }
    }

    /** What the deployment of {@code attempt} does not take in such a request, oldest first. */
    public Collection<ParameterChange> of(Attempt attempt) {
        Map<Call, Map<String, Learned>> known = byDeployment.get(attempt.deployment().id());
        if (known == null) {
            return List.of();
        }
        synchronized (known) {
            return valid(known.getOrDefault(Call.of(attempt), Map.of()));
        }
    }

    /** All that {@code deployment} was found not to take, by what was asked of it. */
    public Map<Call, Collection<ParameterChange>> of(Deployment deployment) {
        Map<Call, Map<String, Learned>> known = byDeployment.getOrDefault(deployment.id(), Map.of());
        synchronized (known) {
            Map<Call, Collection<ParameterChange>> all = new LinkedHashMap<>();
            known.forEach((call, learned) -> all.put(call, valid(learned)));
            return all;
        }
    }

    /** All that {@code deployment} was found not to take, with its time. */
    public List<Kept> kept(Deployment deployment) {
        Map<Call, Map<String, Learned>> known = byDeployment.getOrDefault(deployment.id(), Map.of());
        synchronized (known) {
            long now = System.nanoTime();
            return known.entrySet().stream().flatMap(call -> call.getValue().values().stream()
                    .filter(each -> now - each.until() <= 0)
                    .map(each -> new Kept(call.getKey(), each.change(),
                            TimeUnit.NANOSECONDS.toMillis(each.until() - now)))).toList();
        }
    }

    private static Collection<ParameterChange> valid(Map<String, Learned> learned) {
        long now = System.nanoTime();
        return learned.values().stream().filter(each -> now - each.until() <= 0).map(Learned::change)
                .collect(Collectors.toList());
    }
}
