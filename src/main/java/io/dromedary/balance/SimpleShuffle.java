package io.dromedary.balance;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ToLongFunction;

import io.dromedary.model.Deployment;
import io.dromedary.model.RoutingStrategy;

/**
 * LiteLLM's {@code simple-shuffle}: a random order, weighted by {@code weight} where the first deployment has one, else
 * by {@code rpm}, else by {@code tpm}, else uniform. The whole order is drawn, not only its head, so that the
 * deployment that is asked second follows the same weights.
 */
public final class SimpleShuffle implements RoutingStrategy {

    @Override
    public List<Deployment> arrange(List<Deployment> deployments) {
        ToLongFunction<Deployment> weight = weightOf(deployments.get(0).share());
        List<Deployment> left = new ArrayList<>(deployments);
        List<Deployment> arranged = new ArrayList<>(left.size());
        while (left.size() > 1) {
            arranged.add(left.remove(draw(left, weight)));
        }
        arranged.add(left.get(0));
        return arranged;
    }

    /** What counts as a deployment's weight, by what the first one of its group has. */
    static ToLongFunction<Deployment> weightOf(Deployment.Share first) {
        if (first.weight() > 0) {
            return deployment -> deployment.share().weight();
        }
        if (first.rpm() > 0) {
            return deployment -> deployment.share().rpm();
        }
        if (first.tpm() > 0) {
            return deployment -> deployment.share().tpm();
        }
        return deployment -> 1;
    }

    private static int draw(List<Deployment> left, ToLongFunction<Deployment> weight) {
        long total = left.stream().mapToLong(weight).sum();
        if (total <= 0) {
            return ThreadLocalRandom.current().nextInt(left.size());
        }
        long ticket = ThreadLocalRandom.current().nextLong(total);
        for (int i = 0; i < left.size(); i++) {
            ticket -= weight.applyAsLong(left.get(i));
            if (ticket < 0) {
                return i;
            }
        }
        return left.size() - 1;
    }
}
