package io.dromedary.upstream;

import java.util.List;
import java.util.Map;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Plan;
import io.dromedary.model.RoutingStrategy;

/**
 * Sends a request on that is too long for its model, or that the model's provider refuses to answer, where the client
 * or the configuration has a list for that ({@code context_window_fallbacks}, {@code content_policy_fallbacks}).
 * Without one, it is the client's own mistake. A request is sent on so once.
 */
public final class SpecialFallbacks {

    private final Catalogue catalogue;
    private final RoutingStrategy strategy;

    /** @param strategy arranges the deployments of the groups that stand in */
    public SpecialFallbacks(Catalogue catalogue, RoutingStrategy strategy) {
        this.catalogue = catalogue;
        this.strategy = strategy;
    }

    /**
     * Makes the groups for a prompt that is too long the next ones.
     *
     * @return false if there are none, and the failure is the client's answer
     */
    public boolean forContextWindow(RequestRun run, Attempt attempt) {
        return takeOver(run, attempt, run.fields().steering().contextWindow(),
                catalogue.contextWindowFallbacksOf(run.plan().model()));
    }

    /** The same for a prompt that is refused by policy. */
    public boolean forContentPolicy(RequestRun run, Attempt attempt) {
        return takeOver(run, attempt, run.fields().steering().contentPolicy(),
                catalogue.contentPolicyFallbacksOf(run.plan().model()));
    }

    private boolean takeOver(RequestRun run, Attempt attempt, Map<String, List<String>> asked,
            List<String> configured) {
        if (run.fields().steering().disableFallbacks() || attempt.hop().fallback() > 0) {
            return false;
        }
        List<Plan.StandIn> standIns = asked(asked, run, attempt.hop().model(), configured).stream()
                .filter(name -> !catalogue.serving(name).isEmpty()).map(Plan.StandIn::of).toList();
        if (standIns.isEmpty()) {
            return false;
        }
        run.goOnWith(catalogue.stages(standIns, strategy));
        return true;
    }

    private static List<String> asked(
            Map<String, List<String>> asked, RequestRun attempts, String model, List<String> configured) {
        return asked.getOrDefault(attempts.plan().model(), asked.getOrDefault(model, configured));
    }
}
