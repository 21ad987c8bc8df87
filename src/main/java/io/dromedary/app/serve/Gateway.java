package io.dromedary.app.serve;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

import io.dromedary.app.process.StandardOutput;
import io.dromedary.attempt.RequestListener;
import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.client.FailureKind;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.config.Environment;
import io.dromedary.config.GatewayConfig;
import io.dromedary.findings.Finding;
import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.Reloading;
import io.dromedary.generation.SharedState;
import io.dromedary.ledger.LocalLedger;
import io.dromedary.ledger.SpendFile;
import io.dromedary.log.LogFormat;
import io.dromedary.model.Deployment;
import io.dromedary.observe.AccessLog;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.accesslog.JsonAccessLog;
import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.observe.metrics.MetricLabels;
import io.dromedary.observe.metrics.RequestMeters;
import io.dromedary.observe.trace.Tracing;
import io.dromedary.observe.usage.UsageFile;
import io.dromedary.observe.usage.UsageTotals;
import io.dromedary.operator.GatewaySources;
import io.dromedary.operator.MetricsEndpoint;
import io.dromedary.operator.UsageEndpoint;
import io.dromedary.operator.api.Observations;
import io.dromedary.operator.api.PageApi;
import io.dromedary.operator.page.PageEndpoint;
import io.dromedary.redis.RedisLink;
import io.dromedary.server.GatewayServer;
import io.dromedary.server.ServerEndpoint;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.Settings;

/**
 * The packaged app: owns what outlives a generation (the server and {@link SharedState}) and the generations: one that
 * is active, and those before it whose last requests have not ended.
 */
public final class Gateway implements AutoCloseable {

    private static final long LAST_WORDS_MS = 1000;
    private static final long FIRST_REDIS_MS = 500;

    private final Path home;
    private final Path configFile;
    private final Supplier<Environment> environment;
    private final Settings settings;
    private final MeterBook meterBook = new MeterBook();
    private final RequestMeters meters = new RequestMeters(meterBook);
    private final UsageTotals usage;
    private final UsageFile usageFile;
    private final Tracing tracing;
    private final GatewayServer server;
    private final SharedState shared;
    private final SpendFile spendFile;
    private final Reloader reloader = new Reloader(this::prepare, this::start, this::activate,
            this::readFiles);
    private final FileWatch watch;
    private final Set<Generation> generations = ConcurrentHashMap.newKeySet();
    private final ExecutorService ending =
            Executors.newSingleThreadExecutor(task -> new Thread(task, "generation-end"));
    private Observations observed;
    private PageApi pageApi;
    private volatile Generation active;

    /**
     * Reads and checks the configuration and prepares everything but the port.
     *
     * @param home        where {@code application.properties} and {@code routes/} are
     * @param config      the model list and its settings
     * @param environment the variables, asked for at each reload
     * @throws io.dromedary.findings.FilesRejected if the files have faults
     * @throws io.dromedary.settings.SettingFault if there are no tunables
     */
    public Gateway(Path home, Path config, Supplier<Environment> environment) {
        this.home = home;
        this.configFile = config;
        this.environment = environment;
        Environment variables = environment.get();
        settings = Settings.fromFile(properties(), variables.asMap());
        Check.Result first = Check.files(sources(), variables).orReject();
        usage = new UsageTotals(Clock.systemUTC(), this::nameFor);
        usageFile = usageFile(settings, usage);
        tracing = Tracing.of(first.config().environment().asMap(), this::addressOf).orElse(null);
        List<RecordReader> readers = readers();
        List<RequestListener> listeners = new ArrayList<>();
        if (tracing != null) {
            readers.add(tracing);
            listeners.add(tracing);
        }
        if (settings.flag("gateway.ui")) {
            observed = Observations.fresh();
            readers.addAll(List.of(observed.recent(), observed.traffic()));
            listeners.add(observed.live());
        }
        ServiceLoader.load(RequestListener.class).forEach(listeners::add);
        shared = SharedState.of(settings, readers, listeners, first.config().redis());
        spendFile = spendFile();
        server = new GatewayServer(settings, shared.overdue(), shared.dialects(), shared.events());
        server.watchLoops(meters::loopWasLate);
        server.endpoints(endpoints());
        active = generation(settings, first);
        watch = new FileWatch(new WatchedFiles(properties(), routes(), config), reloader::reload);
    }

    /** Who reads the records of requests, those of a team's own last. */
    private List<RecordReader> readers() {
        List<RecordReader> readers = new ArrayList<>();
        readers.add(LogFormat.named(settings.text("gateway.log.format")) == LogFormat.JSON ? new JsonAccessLog()
                : new AccessLog());
        readers.add(meters);
        readers.add(usage);
        ServiceLoader.load(RecordReader.class).forEach(readers::add);
        return readers;
    }

    /** What is answered beside the routes. */
    private List<ServerEndpoint> endpoints() {
        GatewaySources sources = new GatewaySources(shared, server, () -> active.gateway(), reloader,
                StandardOutput::dropped);
        List<ServerEndpoint> endpoints = new ArrayList<>(List.of(new MetricsEndpoint(server.vertx(), meterBook,
                sources), new UsageEndpoint(server.vertx(), usage)));
        if (observed != null) {
            shared.breakers().tell(observed.breakers());
            pageApi = new PageApi(() -> active.serving(reloader, properties(), configFile), observed);
            endpoints.addAll(List.of(pageApi, new PageEndpoint(server.vertx())));
        }
        return endpoints;
    }

    private SpendFile spendFile() {
        Path path = settings.given("gateway.keys.spend-file").map(Path::of).orElse(null);
        try {
            return path != null && shared.ledger() instanceof LocalLedger local ? SpendFile.open(path, local) : null;
        } catch (IOException e) {
            throw new SettingFault("gateway.keys.spend-file is " + path + ", which cannot be read and written: "
                    + e.getMessage() + ". Name a file of this gateway's own, in a folder that is there");
        }
    }

    private static UsageFile usageFile(Settings settings, UsageTotals usage) {
        Path path = settings.given("gateway.usage.file").map(Path::of).orElse(null);
        try {
            return path == null ? null : UsageFile.open(path, usage);
        } catch (IOException e) {
            throw new SettingFault("gateway.usage.file is " + path + ", which cannot be read and written: "
                    + e.getMessage() + ". Name a file in a folder that is there");
        }
    }

    private String nameFor(String model) {
        return active.gateway().catalogue().nameFor(model);
    }

    private String addressOf(String deployment) {
        return active.gateway().catalogue().byId(deployment).map(Deployment::baseUrl).orElse(null);
    }

    private Path properties() {
        return home.resolve("application.properties");
    }

    private Path routes() {
        return home.resolve(settings.text("gateway.routes"));
    }

    private Sources sources() {
        return Sources.of(properties(), routes(), configFile);
    }

    private ReadFiles readFiles() {
        return ReadFiles.of(configFile);
    }

    private Generation prepare() {
        Environment variables = environment.get();
        Check.Result checked = Check.files(sources(), variables).orReject();
        return generation(Settings.fromFile(properties(), variables.asMap()), checked);
    }

    private Generation generation(Settings of, Check.Result checked) {
        return new Generation(server, new GenerationContext(of, checked.config(), shared, reloader, server::vertx),
                properties(), sources().routes(), checked, observed == null ? null : observed.flow());
    }

    /** Starts it; what Camel refuses is told with the places in the files, where a closer look finds them. */
    private void start(Generation generation) throws Exception {
        try {
            generation.start();
        } catch (Exception | LinkageError e) {
            Check.all(sources(), environment.get()).orReject();
            throw e;
        }
    }

    /**
     * Starts the routes and opens the port.
     *
     * @param port 0 for any that is free
     * @throws Exception if a route file is wrong, or the port cannot be opened
     */
    public void start(String host, int port) throws Exception {
        start(active);
        reloader.startsWith(active);
        connectRedis();
        activate(active);
        server.listen(host, port);
        int management = settings.count("gateway.management.port");
        if (management > 0) {
            server.listenForManagement(host, management);
        }
        if (settings.flag("gateway.reload.watch")) {
            watch.start();
        }
    }

    /** A gateway whose Redis is away serves all the same; one whose Redis is there has it for its first request. */
    private void connectRedis() throws InterruptedException {
        if (shared.redis().isPresent()) {
            RedisLink redis = shared.redis().get();
            redis.start(server.vertx(), server.eventLoops());
            redis.awaitFirstAttempt(FIRST_REDIS_MS);
        }
    }

    private void activate(Generation generation) {
        generation.serves();
        meters.follow(new MetricLabels(generation.gateway().catalogue(), generation.paths(),
                generation.gateway().config().access().keys(),
                generation.gateway().answers().tellApiBase()));
        generations.add(generation);
        active = generation;
        server.activate(generation, () -> ending.execute(() -> end(generation)));
    }

    private void end(Generation generation) {
        generation.close();
        generations.remove(generation);
        // Not while one is being prepared: it has taken what nobody else has yet.
        reloader.betweenReloads(() -> {
            if (generations.size() == 1) {
                active.gateway().forgetOthers();
                if (pageApi != null) {
                    pageApi.forgetOthers();
                }
            }
        });
    }

    /** Reads the files again. */
    public Reloading reloading() {
        return reloader;
    }

    /** What the configuration says. */
    public GatewayConfig config() {
        return active.gateway().config();
    }

    /** What the check of the files found that does not stop the start. */
    public List<Finding> warnings() {
        return active.warnings();
    }

    /** The tunables that were read at the start. */
    public Settings settings() {
        return settings;
    }

    /** Whether budgets begin at zero with each start: some are set, and nothing keeps what was spent. */
    public boolean forgetsBudgets() {
        return spendFile == null && shared.ledger() instanceof LocalLedger && config().access().hasBudgets();
    }

    /** The port that is open. */
    public int port() {
        return server.port();
    }

    /** How many requests have had the key so far; may overflow. */
    public int requestsSoFar() {
        return server.requestsSoFar();
    }

    /** Readiness says no until {@link #ready}, whatever else is served. */
    public void notReady() {
        server.notReady();
    }

    /** Readiness says yes from now on. */
    public void ready() {
        server.ready();
    }

    /** Requests in flight now, from their heads to the ends of their answers. */
    public int requestsInFlight() {
        return server.requestsInFlight();
    }

    /** Generations that have not ended: one, unless requests of an earlier one are still in flight. */
    public int generationsAlive() {
        return generations.size();
    }

    /** Bytes of bodies and answers held now. */
    public long heldBytes() {
        return shared.memory().held();
    }

    /**
     * Says for {@code gateway.shutdown.delay} that it is not ready, and serves on; then refuses new requests, lets
     * those in flight end for as long as {@code gateway.shutdown.grace} says, ends what is left (a stream with an error
     * event), and closes the port.
     */
    @Override
    public void close() {
        watch.close();
        server.leave(settings.number("gateway.shutdown.delay"));
        if (!server.drain(settings.number("gateway.shutdown.grace"))) {
            generations.forEach(generation -> generation.gateway().openCalls()
                    .forEach(call ->
                    call.cutShort(new UpstreamFailed(FailureKind.GATEWAY_ENDS, "the gateway is ending"))));
            server.drain(LAST_WORDS_MS);
        }
        ending.shutdown();
        generations.add(active);
        try {
            generations.forEach(Generation::close);
            shared.close();
            server.close();
        } finally {
            closeFiles();
        }
    }

    /** What was counted and traced last is kept, whatever else has failed. */
    private void closeFiles() {
        if (usageFile != null) {
            usageFile.close();
        }
        if (spendFile != null) {
            spendFile.close();
        }
        if (tracing != null) {
            tracing.close();
        }
    }
}
