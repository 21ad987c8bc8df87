package io.dromedary.generation;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

import io.vertx.core.Vertx;

import io.dromedary.answer.AnswerPolicy;
import io.dromedary.attempt.HedgeBudget;
import io.dromedary.attempt.RequestEvents;
import io.dromedary.attempt.RequestRun;
import io.dromedary.attempt.Retry;
import io.dromedary.attempt.Timeouts;
import io.dromedary.balance.Loads;
import io.dromedary.balance.RoutingStrategies;
import io.dromedary.breaker.Cooldown;
import io.dromedary.cache.Caching;
import io.dromedary.client.ClientCall;
import io.dromedary.client.KeyCheck;
import io.dromedary.client.MemoryBudget;
import io.dromedary.client.OverdueSteps;
import io.dromedary.config.GatewayConfig;
import io.dromedary.dialect.Dialects;
import io.dromedary.dialect.responses.StoredResponses;
import io.dromedary.http.UpstreamPool;
import io.dromedary.model.Catalogue;
import io.dromedary.model.Deployment;
import io.dromedary.model.RoutingStrategy;
import io.dromedary.observe.BreakerListener;
import io.dromedary.observe.ParameterListener;
import io.dromedary.observe.RefusalListener;
import io.dromedary.quota.DeploymentLedger;
import io.dromedary.quota.KeyLedger;
import io.dromedary.redis.RedisLink;
import io.dromedary.settings.Limits;
import io.dromedary.settings.Settings;
import io.dromedary.time.ClockTimer;
import io.dromedary.upstream.ErrorClassifier;
import io.dromedary.upstream.LearnedDrops;
import io.dromedary.upstream.LearnedRefusals;
import io.dromedary.upstream.Probe;
import io.dromedary.upstream.RouteHeaders;
import io.dromedary.upstream.SpecialFallbacks;
import io.dromedary.upstream.UpstreamHeaders;

/** What the steps of one generation share: the checked configuration and what is built from it. */
public final class GenerationContext {


    private final Settings settings;
    private final GatewayConfig config;
    private final KeyCheck keys;
    private final KeyLedger keyLedger;
    private final DeploymentLedger deploymentLedger;
    private final SharedState shared;
    private final Reloading reloading;
    private final Timeouts timeouts;
    private final Supplier<Vertx> vertx;
    private final RequestEvents events;
    private final RouteHeaders routeHeaders = new RouteHeaders();
    private final LearnedDrops learnedDrops = new LearnedDrops();
    private final LearnedRefusals refusals = new LearnedRefusals();
    private final AnswerPolicy answers;
    private final ErrorClassifier errors;
    private final Limits limits;
    private final boolean probesByConnecting;
    private final Set<ClientCall> openCalls = ConcurrentHashMap.newKeySet();
    private final Retry retry;
    private final Caching caching;
    private volatile RoutingStrategy strategy;

    /**
     * @param shared    what outlives this generation
     * @param reloading the app's; null where nothing reloads
     * @param vertx     on whose event loops upstreams are called
     */
    public GenerationContext(
            Settings settings, GatewayConfig config, SharedState shared, Reloading reloading, Supplier<Vertx> vertx) {
        this.vertx = vertx;
        this.settings = settings;
        this.config = config;
        this.keys = new KeyCheck(config.masterKey(), config.access().keys(), config.keyHeader());
        this.shared = shared;
        long longestMs = settings.number("gateway.timeout.total");
        this.keyLedger = new KeyLedger(config.access(), shared.ledger(), longestMs);
        this.deploymentLedger = new DeploymentLedger(config.access(), shared.ledger(), longestMs);
        this.reloading = reloading;
        this.timeouts = new Timeouts(shared.timer(), settings, config.timeoutMs(), config.streamTimeoutMs());
        this.events = shared.events().with(new BreakerListener(this::cooldownOf))
                .with(new RefusalListener(refusals)).with(new ParameterListener(learnedDrops));
        this.answers = new AnswerPolicy(settings);
        this.errors = new ErrorClassifier(answers.tellApiBase());
        this.limits = Limits.of(settings);
        this.probesByConnecting = settings.text("gateway.breaker.probe").equals("tcp");
        this.retry = Retry.of(config.retryRules(), settings, shared.retries());
        this.caching = new Caching(config.cache(), shared.caches());
    }

    /**
     * From now on, this generation's rules hold for what outlives it. To be called when its routes have been loaded.
     *
     * @param own a routing strategy of a team's own, which replaces the configured one
     */
    public void activate(Optional<RoutingStrategy> own) {
        for (Deployment deployment : config.catalogue().deployments()) {
            shared.loads().limit(deployment, deployment.parallel());
            shared.breakers()
                    .follow(deployment, config.cooldownRules(), () -> probe(deployment, probesByConnecting) == null);
        }
        strategy = own.orElseGet(() -> RoutingStrategies.named(config.routingStrategy(), shared.loads()));
    }

    /**
     * Asks {@code deployment} whether it is there, without spending a token; blocks for as long as
     * {@code gateway.health.timeout} says.
     *
     * @return what is wrong, in words fit for clients; null if it is well
     */
    public String probe(Deployment deployment) {
        return probe(deployment, false);
    }

    private String probe(Deployment deployment, boolean byConnecting) {
        Probe probe = new Probe(pool(deployment), shared.timer(), limits.healthMs());
        return byConnecting ? probe.connect() : probe.run(deployment.form().modelsPath(),
                UpstreamHeaders.of(deployment, routeHeaders.of(deployment)));
    }

    /** The connections to {@code deployment}, made when they are first asked for. */
    public UpstreamPool pool(Deployment deployment) {
        return shared.pools().of(deployment, settings, config.environment().asMap(), vertx);
    }

    /** Which headers routes have set for which deployment. */
    public RouteHeaders routeHeaders() {
        return routeHeaders;
    }

    /** Whether a request has the key. */
    public KeyCheck keys() {
        return keys;
    }

    /** Holds requests to the limits of their keys. */
    public KeyLedger keyLedger() {
        return keyLedger;
    }

    /** Holds attempts to the limits of their deployments. */
    public DeploymentLedger deploymentLedger() {
        return deploymentLedger;
    }

    /** Forgets of what outlives a generation all that only earlier ones have used. */
    public void forgetOthers() {
        shared.loads().keepOnly(config.catalogue().deployments());
        shared.pools().keepOnly(config.catalogue().deployments(), settings, config.environment().asMap());
        shared.breakers().keepOnly(config.catalogue().deployments(), config.cooldownRules());
        shared.caches().keepOnly(config.cache());
    }

    /** The tunables. */
    public Settings settings() {
        return settings;
    }

    /** The checked configuration. */
    public GatewayConfig config() {
        return config;
    }

    /** Who is told what happens to requests of this generation. */
    public RequestEvents events() {
        return events;
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

    /** The dialects that clients may speak beside chat. */
    public Dialects dialects() {
        return shared.dialects();
    }

    /** Responses that clients may refer to and read. */
    public StoredResponses storedResponses() {
        return new StoredResponses(shared.responses());
    }

    /** Requests that are answered while a step still works on them. */
    public OverdueSteps overdue() {
        return shared.overdue();
    }

    /** How long clocks run. */
    public Timeouts timeouts() {
        return timeouts;
    }

    /** Which parameters which deployment has refused. */
    public LearnedDrops learnedDrops() {
        return learnedDrops;
    }

    /** What deployments refuse of what requests ask for. */
    public LearnedRefusals refusals() {
        return refusals;
    }

    /** The tunables that steps use with every request. */
    public Limits limits() {
        return limits;
    }

    /** On whose thread clocks run out. */
    public ClockTimer timer() {
        return shared.timer();
    }

    /**
     * After how much silence the waiting client of a stream gets a sign of life, in ms; 0 for never. Clients of a
     * dialect get one by default: Claude Code takes 20 s of silence for a stall.
     */
    public long keepAliveMs(RequestRun run, Deployment deployment) {
        return deployment.keepAliveMs().orElse(run.translation().isPresent() ? limits.dialectKeepAliveMs() : 0);
    }

    /** The connection to what several gateways share; empty for none. */
    public Optional<RedisLink> redis() {
        return shared.redis();
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

    /** Answers that are given again. */
    public Caching caching() {
        return caching;
    }

    /** How many second attempts there may be, and were. */
    public HedgeBudget hedging() {
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

    /** Understands what upstreams say of errors. */
    public ErrorClassifier errors() {
        return errors;
    }

    /** What of an answer's head goes to the client. */
    public AnswerPolicy answers() {
        return answers;
    }
}
