package io.dromedary.balance;

import java.util.ArrayList;
import java.util.Arrays;
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
        long[] weight = weights(candidates, group);
        int[] load = new int[weight.length];
        long weights = 0;
        long inFlight = 0;
        for (int i = 0; i < weight.length; i++) {
            load[i] = loads.of(candidates.get(i)).inFlight();
            weights += weight[i];
            inFlight += load[i];
        }
        int highest = -1;
        int chosen = -1;
        double highestScore = 0;
        double chosenScore = 0;
        for (int i = 0; i < weight.length; i++) {
            double score = score(candidates.get(i).id(), key, weight[i]);
            if (highest < 0 || Double.compare(score, highestScore) > 0) {
                highest = i;
                highestScore = score;
            }
            // The request itself counts, so that one deployment at least has room.
            boolean room = load[i] + 1 <= Math.ceil(BOUND * (inFlight + 1) * weight[i] / weights);
            if (room && (chosen < 0 || Double.compare(score, chosenScore) > 0)) {
                chosen = i;
                chosenScore = score;
            }
        }
        return candidates.get(chosen < 0 ? highest : chosen);
    }

    /** As the routing strategy weighs them; all the same where nobody has any weight. */
    private static long[] weights(List<Deployment> candidates, List<Deployment> group) {
        Deployment first = candidates.get(0);
        for (Deployment deployment : group) {
            if (deployment.order() == first.order()) {
                first = deployment;
                break;
            }
        }
        ToLongFunction<Deployment> weighing = SimpleShuffle.weightOf(first.share());
        long[] weights = new long[candidates.size()];
        long sum = 0;
        for (int i = 0; i < weights.length; i++) {
            weights[i] = weighing.applyAsLong(candidates.get(i));
            sum += weights[i];
        }
        if (sum <= 0) {
            Arrays.fill(weights, 1);
        }
        return weights;
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
