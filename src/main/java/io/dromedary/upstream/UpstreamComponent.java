package io.dromedary.upstream;

import java.util.List;
import java.util.Map;

import io.vertx.core.Vertx;
import org.apache.camel.Endpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.DefaultComponent;
import org.apache.hc.client5.http.classic.HttpClient;

import io.dromedary.catalogue.Deployment;
import io.dromedary.gateway.GatewayContext;

/**
 * The scheme {@code upstream:}, as in {@code upstream:<deployment>}: a POST to the path of the request's operation under the
 * deployment's base URL, or to the path that the URI names, as in {@code upstream:<deployment>/chat/completions}. By Vert.x' client, or by camel-http with HttpClient 5 where {@code gateway.upstream.camel-http} names
 * the deployment. All operations of a deployment share its connections. Only within an attempt; no consumer.
 */
public final class UpstreamComponent extends DefaultComponent {

    /** Its name in endpoint URIs. */
    public static final String SCHEME = "upstream";

    private final GatewayContext gateway;
    private final List<String> byCamelHttp;
    private Vertx own;

    /** @param gateway whose deployments are called */
    public UpstreamComponent(GatewayContext gateway) {
        this.gateway = gateway;
        this.byCamelHttp = gateway.settings().list("gateway.upstream.camel-http");
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        int slash = remaining.indexOf('/');
        String name = slash < 0 ? remaining : remaining.substring(0, slash);
        Deployment deployment = gateway.catalogue().byRouteName(name);
        if (deployment == null) {
            throw new IllegalArgumentException("No deployment has the route name " + name);
        }
        return new UpstreamEndpoint(uri, this, deployment, slash < 0 ? "" : remaining.substring(slash));
    }

    /** Whether camel-http calls that deployment in place of Vert.x' client. */
    boolean byCamelHttp(Deployment deployment) {
        return byCamelHttp.contains("*") || byCamelHttp.contains(deployment.group()) || byCamelHttp.contains(deployment.id());
    }

    /** The client by which camel-http calls it. */
    HttpClient camelHttpClient(Deployment deployment) {
        return gateway.clients().of(deployment);
    }

    /** The connections to {@code deployment}, prepared when they are first asked for. */
    UpstreamPool pool(Deployment deployment) {
        return gateway.pools().of(deployment, gateway.settings(), this::vertx, gateway.clients().trust());
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
        if (own != null) {
            own.close();
            own = null;
        }
        super.doStop();
    }
}
