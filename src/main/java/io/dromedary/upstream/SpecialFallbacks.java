package io.dromedary.upstream;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestRun;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.Plan;
import io.dromedary.model.RoutingStrategy;

/**
 * Sends a request on that is too long for its model, or that the model's provider refuses to answer, where the client
 * or the configuration has a list for that ({@code context_window_fallbacks}, {@code content_policy_fallbacks}).
 * Without one, it is the client's own mistake. A prompt that is too long goes to the deployments of the same group
 * first whose window is known to be larger. A fallback has a list of its own; nobody is asked twice, so that lists in a
 * circle end.
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
        List<Plan.Stage> stages = new ArrayList<>(larger(attempt));
        stages.addAll(afterTooLong(run, attempt.hop().stage()));
        return takeOver(run, stages);
    }

    /** The groups that the client or the configuration names for a prompt that is too long for that one. */
    List<Plan.Stage> afterTooLong(RequestRun run, Plan.Stage full) {
        return stages(run, named(run.fields().steering().contextWindow(), full, run,
                catalogue::contextWindowFallbacksOf));
    }

    /** The same for a prompt that is refused by policy. */
    public boolean forContentPolicy(RequestRun run, Attempt attempt) {
        return takeOver(run, stages(run, named(run.fields().steering().contentPolicy(), attempt.hop().stage(), run,
                catalogue::contentPolicyFallbacksOf)));
    }

    private static boolean takeOver(RequestRun run, List<Plan.Stage> stages) {
        if (stages.isEmpty()) {
            return false;
        }
        run.goOnWith(stages);
        return run.hasOther();
    }

    private List<Plan.Stage> stages(RequestRun run, List<String> names) {
        if (run.fields().steering().disableFallbacks()) {
            return List.of();
        }
        return catalogue.stages(names.stream().filter(name -> !catalogue.serving(name).isEmpty())
                .map(Plan.StandIn::of).toList(), strategy);
    }

    /** The deployments of the same group that are known to have a larger window than the one that has failed. */
    private List<Plan.Stage> larger(Attempt attempt) {
        Plan.Stage stage = attempt.hop().stage();
        long window = attempt.deployment().maxInputTokens();
        List<Deployment> larger = stage.deployments().stream()
                .filter(deployment -> window > 0 && deployment.maxInputTokens() > window).toList();
        return larger.isEmpty() ? List.of()
                : List.of(new Plan.Stage(stage.model(), stage.fallback(), larger, stage.overrides()));
    }

    /**
     * What the client names comes first, for the model of the request or for the one that has failed; a fallback has
     * its own list.
     */
    private static List<String> named(Map<String, List<String>> asked, Plan.Stage failed, RequestRun run,
            Function<String, List<String>> configured) {
        boolean own = failed.fallback() == 0;
        List<String> ofFailed = asked.getOrDefault(failed.model(),
                configured.apply(own ? run.plan().model() : failed.model()));
        return own ? asked.getOrDefault(run.plan().model(), ofFailed) : ofFailed;
    }
}
