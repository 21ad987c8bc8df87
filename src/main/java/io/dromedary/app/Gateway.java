package io.dromedary.app;

import java.nio.file.Path;

import io.dromedary.attempt.AttemptFailed;
import io.dromedary.attempt.ClockTimer;
import io.dromedary.attempt.Hedging;
import io.dromedary.attempt.RequestShare;
import io.dromedary.balance.Loads;
import io.dromedary.breaker.Breakers;
import io.dromedary.config.ConfigReader;
import io.dromedary.config.Environment;
import io.dromedary.config.GatewayConfig;
import io.dromedary.gateway.GatewayContext;
import io.dromedary.server.GatewayServer;
import io.dromedary.server.MemoryBudget;
import io.dromedary.settings.Settings;

/**
 * The packaged app: owns what outlives a generation (the server, the breakers, the bounds on memory and retries, the clocks'
 * timer) and the generation that is active.
 */
public final class Gateway implements AutoCloseable {

    private static final long LAST_WORDS_MS = 1000;

    private final Settings settings;
    private final GatewayServer server;
    private final Breakers breakers;
    private final MemoryBudget memory;
    private final RequestShare retries;
    private final Hedging hedging;
    private final Loads loads = new Loads();
    private final ClockTimer timer = new ClockTimer();
    private final GatewayConfig config;
    private final Generation generation;
    private final GatewayContext context;

    /**
     * Reads and checks the configuration and prepares everything but the port.
     *
     * @param home   where {@code application.properties} and {@code routes/} are
     * @param config the model list and its settings
     * @throws io.dromedary.config.ConfigRejected if the configuration has faults
     * @throws io.dromedary.settings.SettingFault if a tunable is missing or wrong
     */
    public Gateway(Path home, Path config, Environment environment) {
        Path properties = home.resolve("application.properties");
        settings = Settings.fromFile(properties, environment.asMap());
        this.config = new ConfigReader(settings.list("gateway.accept-unenforced")).read(config, environment);
        breakers = new Breakers(settings);
        memory = new MemoryBudget(settings.number("gateway.memory.bytes"));
        server = new GatewayServer(settings);
        retries = new RequestShare(settings.number("gateway.retry.share"));
        hedging = new Hedging(settings.number("gateway.hedge.share"));
        context = new GatewayContext(settings, this.config, breakers, memory, timer, retries, hedging, loads);
        generation = new Generation(server, context, properties, home.resolve(settings.text("gateway.routes")));
    }

    /**
     * Starts the routes and opens the port.
     *
     * @param port 0 for any that is free
     * @throws Exception if a route file is wrong, or the port cannot be opened
     */
    public void start(String host, int port) throws Exception {
        generation.start();
        server.activate(generation);
        server.listen(host, port);
    }

    /** What the configuration says. */
    public GatewayConfig config() {
        return config;
    }

    /** The tunables. */
    public Settings settings() {
        return settings;
    }

    /** The port that is open. */
    public int port() {
        return server.port();
    }

    /** Requests in flight now, from their heads to the ends of their answers. */
    public int requestsInFlight() {
        return server.requestsInFlight();
    }

    /** Bytes of bodies and answers held now. */
    public long heldBytes() {
        return memory.held();
    }

    /**
     * Refuses new requests, lets those in flight end for as long as {@code gateway.shutdown.grace} says, ends what is left (a
     * stream with an error event), and closes the port.
     */
    @Override
    public void close() {
        if (!server.drain(settings.number("gateway.shutdown.grace"))) {
            context.openCalls().forEach(call -> call.cutShort(AttemptFailed.gatewayEnds()));
            server.drain(LAST_WORDS_MS);
        }
        generation.close();
        server.close();
        breakers.close();
        timer.close();
    }
}
