package io.dromedary.flow.step;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

import io.dromedary.model.Deployment;

/**
 * What the deployments of one model say of themselves in {@code model_info}, put together as LiteLLM does: the largest
 * of their numbers, and what one of them supports. A request that is too long for one of them, or asks it for what it
 * cannot do, goes to the next.
 */
final class GroupFacts {

    private static final String SUPPORTS = "supports_";

    private final List<Deployment> deployments;

    private GroupFacts(List<Deployment> deployments) {
        this.deployments = deployments;
    }

    static GroupFacts of(List<Deployment> deployments) {
        return new GroupFacts(deployments);
    }

    /** The largest number under that name; null if none has one. */
    Number most(String name) {
        Number most = null;
        for (Deployment deployment : deployments) {
            if (deployment.info().get(name) instanceof Number number
                    && (most == null || number.doubleValue() > most.doubleValue())) {
                most = number;
            }
        }
        return most;
    }

    /** Those of the names {@code supports_...} that one of them has a true or false for, in alphabetical order. */
    Map<String, Boolean> supports() {
        Map<String, Boolean> all = new TreeMap<>();
        for (Deployment deployment : deployments) {
            deployment.info().forEach((name, value) -> {
                if (name.startsWith(SUPPORTS) && value instanceof Boolean does) {
                    all.merge(name, does, Boolean::logicalOr);
                }
            });
        }
        return all;
    }

    /** The first text under that name. */
    Optional<String> text(String name) {
        return deployments.stream().map(deployment -> deployment.info().get(name)).filter(String.class::isInstance)
                .map(String.class::cast).findFirst();
    }

    /** The sum of what they have; null where that is nothing. */
    Long sum(Function<Deployment, Long> of) {
        long sum = deployments.stream().mapToLong(of::apply).sum();
        return sum == 0 ? null : sum;
    }

    /** Their providers, each once. */
    List<String> providers() {
        return deployments.stream().map(Deployment::provider).distinct().toList();
    }
}
