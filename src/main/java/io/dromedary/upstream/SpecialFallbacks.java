package io.dromedary.upstream;

import java.util.List;
import java.util.Map;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Plan;
import io.dromedary.model.RoutingStrategy;
import io.dromedary.request.RequestSteering;

/**
 * Sends a request on that is too long for its model, or that the model's provider refuses to answer, where the client or the
 * configuration has a list for that ({@code context_window_fallbacks}, {@code content_policy_fallbacks}). Without one, it is
 * the client's own mistake. A request is sent on so once.
 */
public final class SpecialFallbacks {

    private final Catalogue catalogue;
    private final RoutingStrategy strategy;

    /** @param strategy arranges the deployments of the groups that stand in */
    public SpecialFallbacks(Catalogue catalogue, RoutingStrategy strategy) {
        this.catalogue = catalogue;
        this.strategy = strategy;
    }

    /** Makes the groups for that error the next ones, and says whether there are any. */
    boolean takeOver(RequestRun attempts, Attempt attempt, UpstreamError error) {
        String model = attempt.hop().model();
        RequestSteering asked = attempts.fields().steering();
        if (asked.disableFallbacks() || attempt.hop().fallback() > 0) {
            return false;
        }
        List<String> names = List.of();
        if (error.contextOverflow()) {
            names = asked(asked.contextWindow(), attempts, model, catalogue.contextWindowFallbacksOf(attempts.plan().model()));
        } else if (error.contentPolicy()) {
            names = asked(asked.contentPolicy(), attempts, model, catalogue.contentPolicyFallbacksOf(attempts.plan().model()));
        }
        List<Plan.StandIn> standIns = names.stream()
                .filter(name -> !catalogue.serving(name).isEmpty()).map(Plan.StandIn::of).toList();
        if (standIns.isEmpty()) {
            return false;
        }
        attempts.goOnWith(catalogue.stages(standIns, strategy));
        return true;
    }

    private static List<String> asked(
            Map<String, List<String>> asked, RequestRun attempts, String model, List<String> configured) {
        return asked.getOrDefault(attempts.plan().model(), asked.getOrDefault(model, configured));
    }
}
