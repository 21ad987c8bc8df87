package io.dromedary.server;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * The router on which one generation's {@code platform-http} routes stand. Bodies are read by the gateway's own handler:
 * Camel's would write a form's files to disk and has a limit that no property reaches (design.md 4.8).
 */
public final class GatewayRouter extends VertxPlatformHttpRouter {

    private final Handler<RoutingContext> bodyHandler;

    /** @param bodyHandler reads a request's body before Camel sees it */
    public GatewayRouter(Vertx vertx, Handler<RoutingContext> bodyHandler) {
        super(null, vertx, Router.router(vertx), PLATFORM_HTTP_ROUTER_NAME_ZERO);
        this.bodyHandler = bodyHandler;
    }

    @Override
    public Handler<RoutingContext> bodyHandler() {
        return bodyHandler;
    }
}
