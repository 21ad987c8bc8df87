package io.dromedary.explain;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import io.dromedary.balance.RoutingStrategies;
import io.dromedary.check.Check;
import io.dromedary.config.ConfigPlaces;
import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.NearestKey;
import io.dromedary.findings.Place;
import io.dromedary.flow.make.DeploymentRoutes;
import io.dromedary.model.AffinityRules;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.Plan;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.SettingPlaces;

/**
 * What becomes of a request for a model: the steps, whom is asked in which order, the clocks, the fallbacks, what
 * changes, from which line.
 */
public final class Explanation {

    private static final String CHAT = "chat";

    private final Check.Result checked;
    private final ConfigPlaces places;
    private final SettingPlaces tunables;
    private final PrintWriter out;

    /**
     * @param checked  the files, without a fault that stops the start
     * @param config   the configuration's file
     * @param tunables the tunables
     */
    public Explanation(Check.Result checked, Path config, SettingPlaces tunables, PrintWriter out) {
        this.checked = checked;
        this.places = ConfigPlaces.of(config);
        this.tunables = tunables;
        this.out = out;
    }

    /**
     * Prints it.
     *
     * @param from the route of the path that is asked; empty for the one of the model's mode
     * @return whether a deployment serves the model; a branch of the model router may serve one all the same
     */
    public boolean print(String model, boolean stream, String from) {
        GatewayConfig config = checked.config();
        Catalogue catalogue = config.catalogue();
        // The order of the list: which order a strategy makes of it is said in words.
        Optional<Plan> plan = catalogue.plan(model, deployments -> deployments);
        List<Deployment> first = plan.map(found -> found.stages().get(0).deployments()).orElse(List.of());
        String endpoint = !from.isEmpty() ? route(from) : first.isEmpty() ? CHAT : endpointFor(first.get(0));
        answer(model, first, config);
        out.println();
        if (plan.isPresent()) {
            deployments(plan.get(), config, stream && streams(endpoint));
            out.println();
        }
        way(first, stream, endpoint);
        return plan.isPresent();
    }

    /** The question first: who serves the model, or why nobody does. */
    private void answer(String model, List<Deployment> first, GatewayConfig config) {
        Catalogue catalogue = config.catalogue();
        if (!first.isEmpty()) {
            out.println(model + " is served by " + first.stream()
                    .map(deployment -> deployment.rawModel() + " at " + deployment.baseUrl() + " ("
                    + deployment.source() + ")").distinct().collect(Collectors.joining(", ")));
            return;
        }
        Optional<String> reason = config.unserved().why(catalogue.resolved(model));
        if (reason.isPresent()) {
            out.println(model + " is not served: " + reason.get());
            return;
        }
        out.println(NearestKey.withinTwoLetters(model, catalogue.modelNames())
                .map(near -> "Did you mean " + near + "? ").orElse("") + "No deployment serves " + model
                + ": the branch is-unknown-model answers 404, unless a branch before it serves the model. There are "
                + String.join(", ", catalogue.modelNames()));
    }

    private String route(String from) {
        if (checked.flow().route(from).isEmpty()) {
            throw new SettingFault("There is no route " + from
                    + NearestKey.withinTwoLetters(from, checked.flow().routeIds())
                    .map(near -> ". Did you mean " + near + "?").orElse(""));
        }
        return from;
    }

    private boolean streams(String endpoint) {
        return endpoint.equals(CHAT) || dialect(endpoint).isPresent();
    }

    /** What the clients of that route speak; empty where it is chat. */
    private Optional<String> dialect(String endpoint) {
        return checked.flow().route(endpoint).map(route -> route.parameters().get("dialect"));
    }

    private void way(List<Deployment> first, boolean stream, String endpoint) {
        String chat = stream ? "streamed chat" : "plain chat";
        out.println("The way of a " + (endpoint.equals(CHAT) ? chat : "request for " + endpoint)
                + " through the routes" + dialect(endpoint).map(dialect -> ". It is translated into a " + chat
                + first.stream().filter(deployment -> deployment.speaks(dialect, "/v1/" + dialect)).findFirst()
                .map(deployment -> ", but for deployments that speak " + dialect + " themselves, such as "
                + deployment.rawModel()).orElse("")).orElse(""));
        String deploymentRoute = first.isEmpty() ? "" : DeploymentRoutes.parameters(first.get(0).routeName())
                .get("routeId");
        new FlowText(checked.flow(), deploymentRoute, this::step).from(endpoint);
    }

    /** The endpoint whose name is the deployment's {@code model_info.mode}; chat where there is none of that name. */
    private String endpointFor(Deployment deployment) {
        return Optional.ofNullable(deployment.info().get("mode")).map(Object::toString)
                .filter(mode -> checked.flow().route(mode)
                        .filter(route -> mode.equals(route.parameters().get("operation"))).isPresent())
                .orElse(CHAT);
    }

    private void step(int depth, Place place, String name, String text) {
        String where = place == null ? "" : Path.of(place.file()).getFileName() + ":" + place.line();
        out.printf("  %-28s %s%s%s%n", where, "  ".repeat(depth), name, text.isEmpty() ? "" : " - " + text);
    }

    private void deployments(Plan plan, GatewayConfig config, boolean stream) {
        DeploymentText text = new DeploymentText(config, places, tunables, stream, out);
        int number = 1;
        for (Plan.Stage stage : plan.stages()) {
            if (stage.fallback() == 0) {
                out.println("Deployments of " + stage.model() + ", " + order(stage, config));
            } else {
                out.println("If none of these can answer: " + stage.model() + ", fallback " + stage.fallback()
                        + place(places.ofSetting(
                        "router_settings.fallbacks", "litellm_settings.fallbacks", "router_settings.default_fallbacks",
                        "litellm_settings.default_fallbacks")));
            }
            for (Deployment deployment : stage.deployments()) {
                text.print(number++, deployment, stage);
            }
        }
        out.println("Over all of it: " + tunables.value("gateway.timeout.total") + " ms (gateway.timeout.total"
                + tunables.place("gateway.timeout.total").map(at -> ", " + at.file() + ":" + at.line()).orElse("")
                + ")");
        special("context_window_fallbacks", config.catalogue().contextWindowFallbacksOf(plan.model()),
                "a prompt that is too long");
        special("content_policy_fallbacks", config.catalogue().contentPolicyFallbacksOf(plan.model()),
                "a prompt that a provider refuses");
    }

    private String order(Plan.Stage stage, GatewayConfig config) {
        if (stage.deployments().size() == 1) {
            return "one";
        }
        String strategy = config.routingStrategy();
        return "in the order of " + strategy
                + (strategy.equals(RoutingStrategies.DEFAULT) ? " (at random, by weight)" : "")
                + place(places.ofSetting("router_settings.routing_strategy")) + ", a lower `order` first"
                + affinity(stage, config);
    }

    /** What is kept with one of the deployments; for the group that the client asked for. */
    private static String affinity(Plan.Stage stage, GatewayConfig config) {
        String by = config.affinity().of(stage.deployments().get(0).group()).stream()
                .map(AffinityRules.By::word).collect(Collectors.joining(", "));
        return stage.fallback() > 0 || by.isEmpty() ? ""
                : "; requests with the same " + by + " ask the same one first";
    }

    private void special(String key, List<String> models, String when) {
        if (!models.isEmpty()) {
            out.println("For " + when + ": " + models.stream().collect(Collectors.joining(", "))
                    + place(places.ofSetting("router_settings." + key, "litellm_settings." + key)));
        }
    }

    private static String place(Optional<Place> place) {
        return place.map(at -> "  (" + at.file() + ":" + at.line() + ")").orElse("");
    }
}
