package io.dromedary.flow.make;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

import io.dromedary.client.ApiError;
import io.dromedary.server.Refusals;

/**
 * The router on which one generation's {@code platform-http} routes stand. Bodies are read by the gateway's own
 * handler: Camel's would write a form's files to disk and has a limit that no property reaches (design.md 4.8).
 */
public final class GatewayRouter extends VertxPlatformHttpRouter {

    private final Handler<RoutingContext> bodyHandler;

    /**
     * @param bodyHandler reads a request's body before Camel sees it
     * @param refusals    answers what the router itself cannot take, such as a path with a broken escape
     */
    public GatewayRouter(Vertx vertx, Handler<RoutingContext> bodyHandler, Refusals refusals) {
        super(null, vertx, Router.router(vertx), PLATFORM_HTTP_ROUTER_NAME_ZERO);
        this.bodyHandler = bodyHandler;
        errorHandler(400, context -> refusals.refuse(context.request(), ApiError.badRequest("invalid_url", null,
                "The request's path or query is not properly escaped")));
        errorHandler(500,
                context -> refusals.refuse(context.request(), ApiError.of(500, "server_error", "internal_error", null,
                "The gateway failed")));
    }

    @Override
    public Handler<RoutingContext> bodyHandler() {
        return bodyHandler;
    }
}
