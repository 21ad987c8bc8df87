package io.dromedary.upstream;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.vertx.core.Vertx;
import org.apache.camel.Endpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.DefaultComponent;

import io.dromedary.catalogue.Deployment;
import io.dromedary.gateway.GatewayContext;
import io.dromedary.settings.SettingFault;

/**
 * The scheme {@code upstream:}, as in {@code upstream:<deployment>/chat/completions}: a POST to a path under the
 * deployment's base URL. {@code gateway.upstream.client} says by whose client: Vert.x' own, or camel-http with
 * HttpClient 5. All operations of a deployment share its connections. Only within an attempt; no consumer.
 */
public final class UpstreamComponent extends DefaultComponent {

    /** Its name in endpoint URIs. */
    public static final String SCHEME = "upstream";

    private final GatewayContext gateway;
    private final Map<String, UpstreamPool> pools = new ConcurrentHashMap<>();
    private Vertx own;

    /** @param gateway whose deployments are called */
    public UpstreamComponent(GatewayContext gateway) {
        this.gateway = gateway;
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        int slash = remaining.indexOf('/');
        String name = slash < 0 ? remaining : remaining.substring(0, slash);
        Deployment deployment = gateway.catalogue().deployments().stream()
                .filter(known -> known.routeName().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No deployment has the route name " + name));
        return new UpstreamEndpoint(uri, this, deployment, slash < 0 ? "" : remaining.substring(slash));
    }

    /** Whether that deployment is called by Vert.x' client. */
    boolean byVertx() {
        return switch (gateway.settings().text("gateway.upstream.client")) {
            case "vertx" -> true;
            case "http" -> false;
            default -> throw new SettingFault("gateway.upstream.client is '"
                    + gateway.settings().text("gateway.upstream.client") + "': write vertx or http");
        };
    }

    /** The connections to {@code deployment}, prepared when they are first asked for. */
    UpstreamPool pool(Deployment deployment) {
        return pools.computeIfAbsent(deployment.id(),
                id -> UpstreamPool.of(deployment, vertx(), gateway.settings(), gateway.clients().trust()));
    }

    /** That of the packaged app's server; else, under Camel's CLI, that of Camel's; else one of its own. */
    private synchronized Vertx vertx() {
        Vertx bound = getCamelContext().getRegistry().findByType(Vertx.class).stream().findFirst().orElse(null);
        if (bound != null) {
            return bound;
        }
        return getCamelContext().getRegistry().findByType(VertxPlatformHttpRouter.class).stream().findFirst()
                .map(VertxPlatformHttpRouter::vertx).orElseGet(() -> {
                    own = own == null ? Vertx.vertx() : own;
                    return own;
                });
    }

    @Override
    protected void doStop() throws Exception {
        pools.values().forEach(UpstreamPool::close);
        pools.clear();
        if (own != null) {
            own.close();
            own = null;
        }
        super.doStop();
    }
}
