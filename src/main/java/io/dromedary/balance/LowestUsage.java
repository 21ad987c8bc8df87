package io.dromedary.balance;

import java.util.List;

import io.dromedary.model.Deployment;
import io.dromedary.model.RoutingStrategy;

/**
 * LiteLLM's {@code usage-based-routing-v2}: the deployment with the fewest tokens in the current minute first; one that
 * has reached its {@code rpm} or {@code tpm} is not asked. Tokens are those that an answer tells, else estimated from
 * its bytes.
 */
final class LowestUsage implements RoutingStrategy {

    private final Loads loads;
    private final RoutingStrategy byTokens;

    LowestUsage(Loads loads) {
        this.loads = loads;
        this.byTokens = RoutingStrategies.lowest(deployment -> loads.of(deployment).tokensThisMinute());
    }

    @Override
    public List<Deployment> arrange(List<Deployment> deployments) {
        return byTokens.arrange(deployments.stream().filter(this::hasRoom).toList());
    }

    private boolean hasRoom(Deployment deployment) {
        DeploymentLoad load = loads.of(deployment);
        long rpm = deployment.share().rpm();
        long tpm = deployment.share().tpm();
        return (rpm == 0 || load.requestsThisMinute() < rpm) && (tpm == 0 || load.tokensThisMinute() < tpm);
    }
}
