package io.dromedary.model;

import java.util.List;
import java.util.Map;

/**
 * Whom to ask for one request: the group that was asked for, then those that stand in for it.
 *
 * @param model  the name the client used, which its answer carries too
 * @param stages first to last; never empty
 */
public record Plan(String model, List<Stage> stages) {

    /**
     * One group of a plan.
     *
     * @param model       the group's name: what the client's name or the fallback's stands for after aliases
     * @param fallback    0 for the group that the client asked, 1 for its first fallback and so on
     * @param deployments whom to ask, first to last
     * @param overrides   body fields that this group is sent in place of the client's: name to JSON text
     */
    public record Stage(String model, int fallback, List<Deployment> deployments, Map<String, String> overrides) {

        /** The same group, of which only these are asked. */
        public Stage of(List<Deployment> some) {
            return new Stage(model, fallback, some, overrides);
        }
    }

    /**
     * One attempt that a plan leads to.
     *
     * @param deployment whom to ask
     * @param stage      the group it is asked for
     * @param retry      whether the same deployment was asked before for this request
     */
    public record Hop(Deployment deployment, Stage stage, boolean retry) {

        /** The name under which it is asked. */
        public String model() {
            return stage.model();
        }

        /** Which fallback it belongs to; 0 for the group that the client asked. */
        public int fallback() {
            return stage.fallback();
        }

        /** The model's name upstream. */
        public String upstreamModel() {
            return deployment.upstreamModelFor(model());
        }
    }

    /**
     * A group that is to stand in for another.
     *
     * @param model     its name
     * @param overrides body fields that it is sent in place of the client's: name to JSON text
     */
    public record StandIn(String model, Map<String, String> overrides) {

        /** One that is sent what the client sent. */
        public static StandIn of(String model) {
            return new StandIn(model, Map.of());
        }
    }
}
