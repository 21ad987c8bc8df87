package io.dromedary.app.serve;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import org.apache.camel.main.Main;

import io.dromedary.check.Check;
import io.dromedary.check.FlowMap;
import io.dromedary.client.ApiError;
import io.dromedary.findings.Finding;
import io.dromedary.flow.GenerationLookup;
import io.dromedary.flow.make.FlowMain;
import io.dromedary.flow.make.GatewayRouter;
import io.dromedary.flow.make.StepCounter;
import io.dromedary.generation.GenerationContext;
import io.dromedary.generation.Reloading;
import io.dromedary.observe.flow.FlowCounts;
import io.dromedary.operator.api.Serving;
import io.dromedary.server.BodyLimits;
import io.dromedary.server.BodyReader;
import io.dromedary.server.GatewayServer;
import io.dromedary.server.HeadCheck;
import io.dromedary.server.HeadCheck.Needs;
import io.dromedary.server.Refusals;
import io.dromedary.server.ServerEndpoint;
import io.dromedary.settings.Settings;

/**
 * One configuration with one set of routes, as a Camel context of its own on a router of its own. A
 * change is another generation beside this one; the server decides which gets the requests.
 */
public final class Generation implements Handler<HttpServerRequest>, AutoCloseable {

    private final Main main;
    private final GatewayRouter router;
    private final GatewayServer server;
    private final HeadCheck headCheck;
    private final Refusals refusals;
    private final GenerationContext gateway;
    private final FlowMap flow;
    private final List<Finding> warnings;

    /**
     * Prepares a generation; {@link #start} starts it.
     *
     * @param properties the file of tunables, which the routes' placeholders refer to
     * @param routes     the route files
     * @param checked    what the check of these files has read and found
     * @param counts     where the steps that are taken are counted; null for nowhere
     */
    public Generation(GatewayServer server, GenerationContext gateway, Path properties, List<Path> routes,
            Check.Result checked, FlowCounts counts) {
        this.server = server;
        this.gateway = gateway;
        this.flow = checked.flow();
        this.warnings = checked.faults().warnings();
        Settings settings = gateway.settings();
        long limit = gateway.config().maxRequestBytes().orElse(settings.number("gateway.request.max-bytes"));
        Set<String> open = new TreeSet<>(settings.list("gateway.public-paths"));
        refusals = new Refusals(server.vertx(), gateway.answers().cors(), gateway.dialects(), gateway.events());
        headCheck = new HeadCheck(gateway.keys(), open, new TreeSet<>(settings.list("gateway.operator-paths")), limit);
        BodyReader bodies = new BodyReader(server.vertx(), BodyLimits.of(settings, limit), gateway.memory(), refusals);
        router = new GatewayRouter(server.vertx(), bodies, refusals, gateway.answers().cors());
        main = FlowMain.of(gateway, properties, routes);
        main.bind("vertx", server.vertx());
        main.bind(GatewayRouter.PLATFORM_HTTP_ROUTER_NAME_ZERO, router);
        if (counts != null && settings.flag("gateway.ui.flow-counts")) {
            main.bind("stepCounter", new StepCounter(counts, flow::templateOf));
        }
    }

    /**
     * Starts the routes.
     *
     * @throws Exception if a route file or a bean is wrong: Camel's exception says which
     */
    public void start() throws Exception {
        main.start();
        List<String> failed = main.getCamelContext().getRoutes().stream()
                .filter(route -> !main.getCamelContext().getRouteController().getRouteStatus(route.getId()).isStarted())
                .map(route -> route.getId()).toList();
        if (!failed.isEmpty()) {
            throw new IllegalStateException("Routes did not start: " + failed);
        }
    }

    /** Its configuration and rules. */
    public GenerationContext gateway() {
        return gateway;
    }

    /** What the page tells of it. */
    Serving serving(Reloading reloading, Path properties, Path config) {
        return new Serving(gateway, flow, warnings, reloading, properties, config);
    }

    /** What the check of its files found that did not stop it. */
    public List<Finding> warnings() {
        return warnings;
    }

    /** The paths of its routes. */
    Set<String> paths() {
        return router.paths();
    }

    /** Its requests come from now on. */
    public void serves() {
        gateway.activate(GenerationLookup.ownStrategy(main.getCamelContext()));
    }

    @Override
    public void handle(HttpServerRequest request) {
        ServerEndpoint own = server.endpointOf(request);
        ApiError refused = own == null ? headCheck.refuse(request).orElseGet(() -> server.admit(request))
                : headCheck.refuse(request, own.needsKey(request) ? Needs.MASTER_KEY : Needs.NO_KEY).orElseGet(() -> {
                    server.discardKeyless(request);
                    return own.handle(request);
                });
        if (refused != null) {
            refusals.refuse(request, refused);
        } else if (own == null) {
            router.handle(request);
        }
    }

    @Override
    public void close() {
        main.stop();
    }
}
