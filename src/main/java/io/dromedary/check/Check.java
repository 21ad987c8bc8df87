package io.dromedary.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

import io.vertx.core.Vertx;
import org.apache.camel.main.Main;

import io.dromedary.config.ConfigReader;
import io.dromedary.config.Environment;
import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.CamelMessage;
import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Findings;
import io.dromedary.findings.Place;
import io.dromedary.findings.Rule;
import io.dromedary.flow.GenerationLookup;
import io.dromedary.flow.make.DeploymentRoutes;
import io.dromedary.flow.make.FlowMain;
import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.SharedState;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.SettingPlaces;
import io.dromedary.settings.Settings;

/**
 * All that can be known to be wrong with a gateway's files without serving them. {@link #files} is cheap and precedes
 * each start and reload; {@link #all} has Camel make the routes too. Neither opens a port, connects to anything or
 * starts a route.
 */
public final class Check {

    private Check() {
    }

    /**
     * What a check has read and found.
     *
     * @param config null where it has faults with which nothing starts
     * @param flow   the routes as they are written
     * @param faults what was found
     */
    public record Result(GatewayConfig config, FlowMap flow, Findings faults) {

        /** @throws FilesRejected if anything that was found stops the start */
        public Result orReject() {
            if (faults.anyStops()) {
                throw new FilesRejected(faults.all());
            }
            return this;
        }
    }

    /** Tunables, configuration, and what the routes name of each other and of beans. */
    public static Result files(Sources sources, Environment environment) {
        Findings faults = new Findings();
        Set<String> beans = new TreeSet<>(Set.of(GenerationLookup.NAME, "vertx"));
        beans.addAll(SettingsCheck.check(sources.properties(), environment, faults));
        GatewayConfig config = config(sources, environment, faults);
        List<Map<String, String>> deployments = new ArrayList<>();
        if (config != null) {
            config.catalogue().deployments()
                    .forEach(deployment -> deployments.add(DeploymentRoutes.parameters(deployment.routeName())));
        } else {
            deployments.add(DeploymentRoutes.parameters("any"));
        }
        deployments.forEach(parameters -> beans.add(parameters.get("breaker")));
        int before = faults.all().size();
        List<RouteFile> files = RouteFile.read(sources.routes(), faults);
        boolean all = faults.all().size() == before;
        FlowMap flow = FlowMap.of(files, Map.of("deployment", deployments), all ? faults : new Findings());
        IdCheck.check(flow, faults);
        if (all) { // what a file that cannot be read would have brought must not be told as missing
            links(flow, beans, config, faults);
            FunctionCheck.check(files, faults);
            placeholders(files, sources, environment, faults);
        }
        return new Result(config, flow, faults);
    }

    private static void links(FlowMap flow, Set<String> beans, GatewayConfig config, Findings faults) {
        BeanCheck.check(flow, beans, faults);
        LinkCheck.check(flow, config == null ? List.of() : List.copyOf(config.catalogue().modelNames()), faults);
        if (config != null) {
            RouterCheck.check(flow, model -> !config.catalogue().serving(model).isEmpty(), faults);
        }
    }

    private static void placeholders(List<RouteFile> files, Sources sources, Environment environment, Findings faults) {
        try {
            PlaceholderCheck.check(files, SettingPlaces.of(sources.properties(),
                    Settings.fromFile(sources.properties(), environment.asMap())), faults);
        } catch (SettingFault e) {
            // told with the tunables
        }
    }

    private static GatewayConfig config(Sources sources, Environment environment, Findings faults) {
        try {
            Settings settings = Settings.fromFile(sources.properties(), environment.asMap());
            GatewayConfig config = ConfigReader.of(settings).read(sources.config(), environment);
            faults.addAll(config.warnings());
            return config;
        } catch (FilesRejected e) {
            faults.addAll(e.faults());
            return null;
        } catch (SettingFault e) {
            return null; // told with the tunables
        }
    }

    /** {@link #files}, Camel's schema, endpoints, expressions, and whether Camel can make the routes. */
    public static Result all(Sources sources, Environment environment) {
        return all(sources, environment, stage -> { });
    }

    /**
     * The same, which takes seconds.
     *
     * @param stage is told what is looked at from now on
     */
    public static Result all(Sources sources, Environment environment, Consumer<String> stage) {
        stage.accept("what they say of each other");
        Result result = files(sources, environment);
        deepen(result, sources, environment, stage);
        return result;
    }

    private static void deepen(Result result, Sources sources, Environment environment, Consumer<String> stage) {
        Findings faults = result.faults();
        stage.accept("Camel's schema");
        SchemaCheck.check(result.flow().files(), faults);
        if (faults.all().stream().anyMatch(fault -> fault.stops() && fault.rule() == Rule.TUNABLE)) {
            return; // Camel would fill wrong values into the routes
        }
        stage.accept("whether Camel can make the routes");
        Settings settings = Settings.fromFile(sources.properties(), environment.asMap());
        if (result.config() == null) {
            parts(result.flow(), sources, faults);
            return;
        }
        try (SharedState shared = SharedState.of(settings, List.of(), List.of())) {
            Vertx vertx = Vertx.vertx();
            try {
                GenerationContext gateway = new GenerationContext(settings, result.config(), shared, null, () -> vertx);
                CamelCheck camel = new CamelCheck(gateway, sources, result.flow(), vertx);
                if (!camel.makesAll()) {
                    parts(result.flow(), sources, faults);
                    camel.check(faults);
                }
            } finally {
                vertx.close().toCompletionStage().toCompletableFuture().join();
            }
        }
    }

    /** What Camel would tell one at a time. */
    private static void parts(FlowMap flow, Sources sources, Findings faults) {
        Main bare = FlowMain.bare(sources.properties());
        try {
            bare.start();
            EndpointCheck.check(flow, bare.getCamelContext(), faults);
            ExpressionCheck.check(flow, bare.getCamelContext(), faults);
        } catch (Exception e) {
            faults.stop(Rule.TUNABLE, new Place(sources.properties().toString(), 1, 1), "camel",
                    CamelMessage.clean(e.getMessage()), "");
        } finally {
            bare.stop();
        }
    }
}
