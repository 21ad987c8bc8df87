package io.dromedary.balance;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

import io.dromedary.model.Deployment;
import io.dromedary.model.RoutingStrategy;

/** LiteLLM's routing strategies, by their names in {@code routing_strategy}. */
public final class RoutingStrategies {

    /** The one where nothing is said. */
    public static final String DEFAULT = "simple-shuffle";

    private RoutingStrategies() {
    }

    /** All names. */
    public static Set<String> names() {
        return Set.of(DEFAULT, "least-busy", "latency-based-routing", "usage-based-routing", "usage-based-routing-v2",
                "cost-based-routing");
    }

    /**
     * The strategy of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static RoutingStrategy named(String name, Loads loads) {
        return switch (name) {
            case DEFAULT -> new SimpleShuffle();
            case "least-busy" -> lowest(deployment -> loads.of(deployment).inFlight());
            // One that has not answered yet counts as quick, so that it is tried.
            case "latency-based-routing" -> lowest(deployment -> loads.of(deployment).meanNanos());
            // Its limits are held where a deployment is asked.
            case "usage-based-routing", "usage-based-routing-v2" ->
                lowest(deployment -> loads.of(deployment).tokensThisMinute());
            case "cost-based-routing" -> lowest(deployment -> deployment.prices().compared());
            default -> throw new IllegalArgumentException("No routing strategy is called " + name);
        };
    }

    /** Those with the lowest figure first; equals in a random order, so that they share. */
    static RoutingStrategy lowest(ToDoubleFunction<Deployment> figure) {
        return deployments -> {
            record Rated(Deployment deployment, double figure) {
            }
            List<Rated> rated = new ArrayList<>();
            deployments.forEach(deployment -> rated.add(new Rated(deployment, figure.applyAsDouble(deployment))));
            Collections.shuffle(rated);
            rated.sort(Comparator.comparingDouble(Rated::figure));
            return rated.stream().map(Rated::deployment).toList();
        };
    }
}
