package io.dromedary.gateway;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.CamelContext;

import io.dromedary.answer.AnswerPolicy;
import io.dromedary.attempt.ClockTimer;
import io.dromedary.attempt.Clocks;
import io.dromedary.attempt.Hedging;
import io.dromedary.attempt.Retry;
import io.dromedary.balance.Loads;
import io.dromedary.balance.RoutingStrategies;
import io.dromedary.breaker.Cooldown;
import io.dromedary.catalogue.Catalogue;
import io.dromedary.catalogue.Deployment;
import io.dromedary.catalogue.RoutingStrategy;
import io.dromedary.config.ConfigReader;
import io.dromedary.config.Environment;
import io.dromedary.config.GatewayConfig;
import io.dromedary.reload.Reloading;
import io.dromedary.request.ClientCall;
import io.dromedary.server.MemoryBudget;
import io.dromedary.server.OverdueSteps;
import io.dromedary.settings.Settings;
import io.dromedary.upstream.LearnedDrops;
import io.dromedary.http.UpstreamPool;
import io.dromedary.upstream.Probe;
import io.dromedary.upstream.RouteHeaders;
import io.dromedary.upstream.SpecialFallbacks;
import io.dromedary.upstream.UpstreamHeaders;
import io.vertx.core.Vertx;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * What the steps of one generation share: the checked configuration and what is built from it. The packaged app makes it
 * and binds it before the routes are loaded; under Camel's CLI, where nobody does, the first step that asks makes it.
 */
public final class GatewayContext {

    /** Its name in Camel's registry. */
    public static final String NAME = "gateway";

    private final Settings settings;
    private final GatewayConfig config;
    private final SharedState shared;
    private final Reloading reloading;
    private final Clocks clocks;
    private final Supplier<Vertx> vertx;
    private final RouteHeaders routeHeaders = new RouteHeaders();
    private final LearnedDrops learnedDrops = new LearnedDrops();
    private final AnswerPolicy answers;
    private final Limits limits;
    private final boolean probesByConnecting;
    private final Set<ClientCall> openCalls = ConcurrentHashMap.newKeySet();
    private final Retry retry;
    private volatile RoutingStrategy strategy;

    /**
     * @param shared    what outlives this generation
     * @param reloading the app's; null where nothing reloads
     * @param vertx     on whose event loops upstreams are called
     */
    public GatewayContext(
            Settings settings, GatewayConfig config, SharedState shared, Reloading reloading, Supplier<Vertx> vertx) {
        this.vertx = vertx;
        this.settings = settings;
        this.config = config;
        this.shared = shared;
        this.reloading = reloading;
        this.clocks = new Clocks(shared.timer(), settings, config.timeoutMs(), config.streamTimeoutMs());
        this.answers = new AnswerPolicy(settings);
        this.limits = Limits.of(settings);
        this.probesByConnecting = settings.text("gateway.breaker.probe").equals("tcp");
        this.retry = Retry.of(config.retryRules(), settings, shared.retries());
    }

    /** From now on, this generation's rules hold for what outlives it. To be called when its routes have been loaded. */
    public void activate(CamelContext context) {
        for (Deployment deployment : config.catalogue().deployments()) {
            shared.loads().limit(deployment, deployment.parallel());
            shared.breakers().follow(deployment, config.cooldownRules(), () -> probe(deployment, probesByConnecting) == null);
        }
        Set<RoutingStrategy> own = context.getRegistry().findByType(RoutingStrategy.class);
        strategy = own.isEmpty() ? RoutingStrategies.named(config.routingStrategy(), shared.loads()) : own.iterator().next();
    }

    /**
     * Asks {@code deployment} whether it is there, without spending a token; blocks for as long as {@code gateway.health.timeout}
     * says.
     *
     * @return what is wrong, in words fit for clients; null if it is well
     */
    public String probe(Deployment deployment) {
        return probe(deployment, false);
    }

    private String probe(Deployment deployment, boolean byConnecting) {
        Probe probe = new Probe(pool(deployment), shared.timer(), limits.healthMs());
        return byConnecting ? probe.connect() : probe.run(UpstreamHeaders.of(deployment, routeHeaders.of(deployment)));
    }

    /** The connections to {@code deployment}, made when they are first asked for. */
    public UpstreamPool pool(Deployment deployment) {
        return shared.pools().of(deployment, settings, config.environment().asMap(), vertx);
    }

    /** Which headers routes have set for which deployment. */
    public RouteHeaders routeHeaders() {
        return routeHeaders;
    }

    /** Forgets of what outlives a generation all that only earlier ones have used. */
    public void forgetOthers() {
        shared.loads().keepOnly(config.catalogue().deployments());
        shared.pools().keepOnly(config.catalogue().deployments(), settings, config.environment().asMap());
        shared.breakers().keepOnly(config.catalogue().deployments(), config.cooldownRules());
    }

    /** The one of {@code context}; made from its properties where nobody has bound one. */
    public static GatewayContext of(CamelContext context) {
        GatewayContext found = context.getRegistry().lookupByNameAndType(NAME, GatewayContext.class);
        if (found != null) {
            return found;
        }
        synchronized (context) {
            GatewayContext again = context.getRegistry().lookupByNameAndType(NAME, GatewayContext.class);
            if (again != null) {
                return again;
            }
            Settings settings = Settings.fromCamel(context);
            GatewayConfig config = new ConfigReader(settings.list("gateway.accept-unenforced"))
                    .read(Path.of(settings.text("gateway.config")), Environment.ofProcess(Path.of("")));
            GatewayContext made = new GatewayContext(settings, config, SharedState.of(settings), null, () -> vertxOf(context));
            made.activate(context);
            context.getRegistry().bind(NAME, made);
            return made;
        }
    }

    /** That of Camel's server; where there is none yet, one of its own, which ends with the process. */
    private static Vertx vertxOf(CamelContext context) {
        return context.getRegistry().findByType(VertxPlatformHttpRouter.class).stream().findFirst()
                .map(VertxPlatformHttpRouter::vertx).orElseGet(Vertx::vertx);
    }

    /** The tunables. */
    public Settings settings() {
        return settings;
    }

    /** The checked configuration. */
    public GatewayConfig config() {
        return config;
    }

    /** The deployments. */
    public Catalogue catalogue() {
        return config.catalogue();
    }

    /** The circuit breaker of {@code deployment}. */
    public Cooldown cooldownOf(Deployment deployment) {
        return shared.breakers().of(deployment, config.cooldownRules());
    }

    /** Reloads the app; empty where nothing reloads. */
    public Optional<Reloading> reloading() {
        return Optional.ofNullable(reloading);
    }

    /** What bodies and answers may take together. */
    public MemoryBudget memory() {
        return shared.memory();
    }

    /** Requests that are answered while a step still works on them. */
    public OverdueSteps overdue() {
        return shared.overdue();
    }

    /** How long clocks run. */
    public Clocks clocks() {
        return clocks;
    }

    /** Which parameters which deployment has refused. */
    public LearnedDrops learnedDrops() {
        return learnedDrops;
    }

    /** The tunables that steps use with every request. */
    public Limits limits() {
        return limits;
    }

    /** On whose thread clocks run out. */
    public ClockTimer timer() {
        return shared.timer();
    }

    /** The requests that are being worked on. */
    public Set<ClientCall> openCalls() {
        return openCalls;
    }

    /** How busy deployments are. */
    public Loads loads() {
        return shared.loads();
    }

    /** How a deployment is asked again. */
    public Retry retry() {
        return retry;
    }

    /** How many second attempts there may be, and were. */
    public Hedging hedging() {
        return shared.hedging();
    }

    /** In which order the deployments of a group are asked. */
    public RoutingStrategy strategy() {
        return strategy;
    }

    /** Who may answer what a model cannot. */
    public SpecialFallbacks specialFallbacks() {
        return new SpecialFallbacks(catalogue(), strategy);
    }

    /** What of an answer's head goes to the client. */
    public AnswerPolicy answers() {
        return answers;
    }
}
