package io.dromedary.gateway;

import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.apache.camel.CamelContext;

import io.dromedary.answer.AnswerPolicy;
import io.dromedary.attempt.ClockTimer;
import io.dromedary.attempt.Clocks;
import io.dromedary.attempt.Hedging;
import io.dromedary.attempt.Retry;
import io.dromedary.attempt.RequestShare;
import io.dromedary.balance.Loads;
import io.dromedary.balance.RoutingStrategies;
import io.dromedary.breaker.Breakers;
import io.dromedary.catalogue.Catalogue;
import io.dromedary.catalogue.Deployment;
import io.dromedary.catalogue.RoutingStrategy;
import io.dromedary.config.ConfigReader;
import io.dromedary.config.Environment;
import io.dromedary.config.GatewayConfig;
import io.dromedary.health.Probe;
import io.dromedary.request.ClientCall;
import io.dromedary.server.MemoryBudget;
import io.dromedary.settings.Settings;
import io.dromedary.upstream.LearnedDrops;
import io.dromedary.upstream.SpecialFallbacks;
import io.dromedary.upstream.UpstreamClients;

/**
 * What the steps of one generation share: the checked configuration and what is built from it. The packaged app makes it
 * and binds it before the routes are loaded; under Camel's CLI, where nobody does, the first step that asks makes it.
 */
public final class GatewayContext {

    /** Its name in Camel's registry. */
    public static final String NAME = "gateway";

    private final Settings settings;
    private final GatewayConfig config;
    private final Breakers breakers;
    private final MemoryBudget memory;
    private final Clocks clocks;
    private final UpstreamClients clients;
    private final LearnedDrops learnedDrops = new LearnedDrops();
    private final AnswerPolicy answers;
    private final Limits limits;
    private final ClockTimer timer;
    private final Loads loads;
    private final Set<ClientCall> openCalls = ConcurrentHashMap.newKeySet();
    private final Retry retry;
    private final Hedging hedging;
    private volatile RoutingStrategy strategy;

    /**
     * @param breakers those of the app, which outlive this generation
     * @param memory   that of the app
     * @param timer    the app's timer for clocks
     * @param budget   the app's bound on retries
     * @param hedging  the app's bound on second attempts
     * @param loads    what the app knows of how busy deployments are
     */
    public GatewayContext(Settings settings, GatewayConfig config, Breakers breakers, MemoryBudget memory,
            ClockTimer timer, RequestShare budget, Hedging hedging,
            Loads loads) {
        this.settings = settings;
        this.config = config;
        this.breakers = breakers;
        this.memory = memory;
        this.clocks = new Clocks(timer, settings, config.timeoutMs(), config.streamTimeoutMs());
        this.clients = new UpstreamClients(settings);
        this.answers = new AnswerPolicy(settings);
        this.limits = Limits.of(settings);
        this.timer = timer;
        this.loads = loads;
        this.hedging = hedging;
        boolean tcp = settings.text("gateway.breaker.probe").equals("tcp");
        for (Deployment deployment : config.catalogue().deployments()) {
            loads.limit(deployment, deployment.parallel());
            breakers.follow(deployment, config.cooldownRules(), () -> tcp ? Probe.connects(deployment, limits.healthMs())
                    : Probe.run(deployment, clients.of(deployment), limits.healthMs()) == null);
        }
        this.retry = Retry.of(config.retryRules(), settings, budget);
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
            GatewayContext made = new GatewayContext(settings, config, new Breakers(settings),
                    new MemoryBudget(settings.number("gateway.memory.bytes")), new ClockTimer(),
                    new RequestShare(settings.number("gateway.retry.share")),
                    new Hedging(settings.number("gateway.hedge.share")), new Loads());
            made.useStrategyOf(context);
            context.getRegistry().bind(NAME, made);
            return made;
        }
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

    /** The circuit breakers. */
    public Breakers breakers() {
        return breakers;
    }

    /** What bodies and answers may take together. */
    public MemoryBudget memory() {
        return memory;
    }

    /** How long clocks run. */
    public Clocks clocks() {
        return clocks;
    }

    /** The HTTP clients, one per deployment. */
    public UpstreamClients clients() {
        return clients;
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
        return timer;
    }

    /** The requests that are being worked on. */
    public Set<ClientCall> openCalls() {
        return openCalls;
    }

    /** How busy deployments are. */
    public Loads loads() {
        return loads;
    }

    /** How a deployment is asked again. */
    public Retry retry() {
        return retry;
    }

    /** How many second attempts there may be, and were. */
    public Hedging hedging() {
        return hedging;
    }

    /** In which order the deployments of a group are asked. */
    public RoutingStrategy strategy() {
        return strategy;
    }

    /** Takes the routing strategy that a route author has bound, if there is one. To be called when the routes are loaded. */
    public void useStrategyOf(CamelContext context) {
        Set<RoutingStrategy> own = context.getRegistry().findByType(RoutingStrategy.class);
        strategy = own.isEmpty() ? RoutingStrategies.named(config.routingStrategy(), loads) : own.iterator().next();
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
