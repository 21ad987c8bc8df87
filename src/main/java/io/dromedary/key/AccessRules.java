package io.dromedary.key;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.dromedary.ledger.Limit;

/**
 * Who may use the gateway, and how much of it.
 *
 * @param keys             the keys of apps, {@code virtual_keys}; none where the master key is the only one
 * @param masterMayCall    whether the master key may ask models too
 * @param gatewayLimits    those on all requests together
 * @param deploymentLimits those on single deployments, by their ids; a deployment without any is not in it
 */
public record AccessRules(List<VirtualKey> keys, boolean masterMayCall, List<Limit> gatewayLimits,
        Map<String, List<Limit>> deploymentLimits) {

    /** Whether any of it is a budget. */
    public boolean hasBudgets() {
        return keys.stream().map(VirtualKey::limits)
                .anyMatch(limits -> limits.budget() != null || limits.softBudget() != null
                        || !limits.modelBudgets().isEmpty())
                || Stream.concat(gatewayLimits.stream(), deploymentLimits.values().stream().flatMap(List::stream))
                .anyMatch(limit -> limit.unit() == Limit.Unit.SPEND);
    }

    /** The limits on the deployment of that id. */
    public List<Limit> limitsOf(String deployment) {
        return deploymentLimits.isEmpty() ? List.of() : deploymentLimits.getOrDefault(deployment, List.of());
    }
}
