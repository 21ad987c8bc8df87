package io.dromedary.balance;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

import io.dromedary.model.Deployment;

/**
 * Keeps what belongs together with one deployment, by weighted rendezvous hashing (Thaler and Ravishankar's highest
 * random weight; the weights as in the Internet draft draft-ietf-bess-weighted-hrw): each deployment has a score for
 * each key, and the highest is chosen. Nothing is remembered. All gateways with the same deployments choose the same,
 * and where a deployment goes or comes, no key moves but those that it had or will have.
 *
 * <p>The load is bounded: a deployment that has more than its share of the requests in flight, and a quarter more, is
 * passed over for the next by score.
 */
public final class Rendezvous {

    /** How much more than its share of the requests in flight a deployment may have. */
    private static final double BOUND = 1.25;

    private final Loads loads;
    private final Predicate<Deployment> leftAlone;

    private record Scored(Deployment deployment, double score, long weight, int inFlight) {
    }

    /**
     * @param loads     how many requests each deployment has in flight
     * @param leftAlone whether a deployment's breaker keeps requests from it
     */
    public Rendezvous(Loads loads, Predicate<Deployment> leftAlone) {
        this.loads = loads;
        this.leftAlone = leftAlone;
    }

    /**
     * The same deployments, the chosen one first and all others as they were.
     *
     * @param deployments those that may be asked, of which the ones with the lowest {@code order} come first
     * @param group       all of the group as they are configured: the first one says what the weights are
     * @param key         what belongs together has the same
     */
    public List<Deployment> first(List<Deployment> deployments, List<Deployment> group, long key) {
        List<Deployment> candidates = candidates(deployments);
        if (candidates.isEmpty()) {
            return deployments;
        }
        Deployment chosen = candidates.size() == 1 ? candidates.get(0) : choose(candidates, group, key);
        if (deployments.get(0) == chosen) {
            return deployments;
        }
        List<Deployment> others = new ArrayList<>(deployments.size());
        others.add(chosen);
        for (Deployment deployment : deployments) {
            if (deployment != chosen) {
                others.add(deployment);
            }
        }
        return others;
    }

    /** Those of the first {@code order} in which anybody can be asked. */
    private List<Deployment> candidates(List<Deployment> deployments) {
        List<Deployment> candidates = new ArrayList<>(deployments.size());
        for (Deployment deployment : deployments) {
            if (!candidates.isEmpty() && deployment.order() != candidates.get(0).order()) {
                break;
            }
            if (!leftAlone.test(deployment)) {
                candidates.add(deployment);
            }
        }
        return candidates;
    }

    private Deployment choose(List<Deployment> candidates, List<Deployment> group, long key) {
        ToLongFunction<Deployment> weighing = weighing(candidates, group);
        List<Scored> scored = new ArrayList<>(candidates.size());
        long weights = 0;
        long inFlight = 0;
        for (Deployment deployment : candidates) {
            long weight = weighing.applyAsLong(deployment);
            int load = loads.of(deployment).inFlight();
            scored.add(new Scored(deployment, score(deployment.id(), key, weight), weight, load));
            weights += weight;
            inFlight += load;
        }
        scored.sort(Comparator.comparingDouble(Scored::score).reversed());
        for (Scored one : scored) {
            // The request itself counts, so that one deployment at least has room.
            if (one.inFlight() + 1 <= Math.ceil(BOUND * (inFlight + 1) * one.weight() / weights)) {
                return one.deployment();
            }
        }
        return scored.get(0).deployment();
    }

    /** As the routing strategy weighs them; all the same where nobody has any weight. */
    private static ToLongFunction<Deployment> weighing(List<Deployment> candidates, List<Deployment> group) {
        int order = candidates.get(0).order();
        Deployment first = group.stream().filter(deployment -> deployment.order() == order).findFirst()
                .orElse(candidates.get(0));
        ToLongFunction<Deployment> weighing = SimpleShuffle.weightOf(first.share());
        return candidates.stream().mapToLong(weighing).sum() > 0 ? weighing : deployment -> 1;
    }

    /** Strict, since all gateways must come to the same. */
    private static double score(String id, long key, long weight) {
        double even = ((mixed(key ^ hash(id)) >>> 11) + 0.5) * 0x1p-53;
        return -weight / StrictMath.log(even);
    }

    /** FNV-1a, of 64 bits. */
    private static long hash(String id) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001b3L;
        }
        return mixed(hash);
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators). */
    private static long mixed(long bits) {
        long mixed = (bits ^ bits >>> 30) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ mixed >>> 27) * 0x94d049bb133111ebL;
        return mixed ^ mixed >>> 31;
    }
}
