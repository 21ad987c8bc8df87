package io.dromedary.model;

import java.util.Map;
import java.util.OptionalInt;

/**
 * How often the deployments of a group are asked again before its fallbacks are: LiteLLM's {@code num_retries},
 * {@code retry_policy} and {@code model_group_retry_policy}.
 *
 * @param retries       {@code num_retries} of the settings
 * @param policy        {@code retry_policy}: the kind of failure, such as {@code TimeoutErrorRetries}, to a number
 * @param policyByGroup {@code model_group_retry_policy}: the same for single groups
 */
public record RetryRules(OptionalInt retries, Map<String, Integer> policy, Map<String, Map<String,
        Integer>> policyByGroup) {

    /** Nothing is configured. */
    public static final RetryRules NONE = new RetryRules(OptionalInt.empty(), Map.of(), Map.of());

    /** LiteLLM's number where nothing else is said and nobody else can be asked. */
    private static final int ALONE = 2;

    /**
     * How many retries a group has after a failure.
     *
     * @param errorName  the name of LiteLLM's exception for the failure, such as {@code TimeoutError}
     * @param deployment that failed; its own {@code num_retries} comes before those of the settings
     * @param alone      whether the plan has no other deployment
     */
    public int after(String errorName, String group, Deployment deployment, boolean alone) {
        String kind = errorName + "Retries";
        Integer forGroup = policyByGroup.getOrDefault(group, Map.of()).get(kind);
        if (forGroup != null) {
            return forGroup;
        }
        if (policy.containsKey(kind)) {
            return policy.get(kind);
        }
        if (deployment.retries().isPresent()) {
            return deployment.retries().getAsInt();
        }
        return retries.orElse(alone ? ALONE : 0);
    }
}
