package io.dromedary.app.rehearsal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;

import io.dromedary.app.serve.Generation;
import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.config.Environment;
import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.SharedState;
import io.dromedary.observe.accesslog.JsonAccessLog;
import io.dromedary.observe.metrics.MeterBook;
import io.dromedary.observe.metrics.RequestMeters;
import io.dromedary.observe.usage.UsageTotals;
import io.dromedary.operator.api.Observations;
import io.dromedary.server.GatewayServer;
import io.dromedary.settings.Settings;

/**
 * A second gateway in the process, for a rehearsal: the same code with a server, breakers, loads and budgets of its
 * own, the shipped routes, and the models of a file that lies beside them. Its log, metrics, usage and what a page
 * would show are made as in the real one and thrown away. Nothing that clients ask passes through it, and nobody reads
 * what it did: so a rehearsal leaves no trace, and runs no step of a team's own, which might have an effect.
 */
final class RehearsingGateway implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final String THREADS = "32";

    private final SharedState shared;
    private final GatewayServer server;
    private Generation generation;

    /**
     * Starts it on a free port.
     *
     * @param files    the folder with the shipped {@code application.properties} and {@code routes/}, and its models
     * @param upstream where the models are
     * @param key      its master key
     * @param appKey   the key of an app, which has limits
     * @throws Exception if it does not start
     */
    RehearsingGateway(Path files, RehearsalUpstream upstream, String key, String appKey) throws Exception {
        Environment environment = Environment.of(Map.of("LITELLM_MASTER_KEY", key, "REHEARSAL_APP_KEY", appKey,
                "REHEARSAL_UPSTREAM", upstream.base(), "REHEARSAL_FAILING_UPSTREAM", upstream.failingBase(),
                "GATEWAY_SERVER_EVENT_LOOPS", "1", "GATEWAY_THREADS", THREADS));
        Path properties = files.resolve("application.properties");
        Settings settings = Settings.fromFile(properties, environment.asMap());
        Sources sources = Sources.of(properties, files.resolve("routes"), files.resolve("litellm_config.yaml"));
        Check.Result checked = Check.files(sources, environment).orReject();
        Observations observed = Observations.fresh();
        shared = SharedState.of(settings, List.of(new JsonAccessLog((line, length) -> { }),
                new RequestMeters(new MeterBook()), new UsageTotals(Clock.systemUTC(), model -> model),
                observed.recent(), observed.traffic()), List.of(observed.live()));
        server = new GatewayServer(settings, shared.overdue(), shared.dialects(), shared.events());
        try {
            generation = new Generation(server, new GenerationContext(settings, checked.config(), shared, null,
                    server::vertx), properties, sources.routes(), checked, observed.flow());
            generation.start();
            generation.serves();
            server.activate(generation, () -> { });
            server.listen(LOOPBACK, 0);
        } catch (Exception e) {
            close();
            throw e;
        }
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.drain(0);
        try {
            if (generation != null) {
                generation.close();
            }
        } finally {
            try {
                shared.close();
            } finally {
                server.close();
            }
        }
    }
}
