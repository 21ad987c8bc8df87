package io.dromedary.catalogue;

import java.util.List;

/**
 * What to try for one request, in order: the deployments of the asked group, then those of its fallbacks.
 *
 * @param model the name the client used, which its answer carries too
 * @param hops  the attempts to make at most, first to last; never empty
 */
public record Plan(String model, List<Hop> hops) {

    /**
     * One deployment of a plan.
     *
     * @param deployment whom to ask
     * @param model      the name under which it is asked: the client's, or the fallback's
     * @param fallback   0 for the group that the client asked, 1 for its first fallback and so on
     */
    public record Hop(Deployment deployment, String model, int fallback) {

        /** The model's name upstream. */
        public String upstreamModel() {
            return deployment.upstreamModelFor(model);
        }
    }
}
