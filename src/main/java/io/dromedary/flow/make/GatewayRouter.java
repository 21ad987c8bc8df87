package io.dromedary.flow.make;

import java.util.Set;
import java.util.TreeSet;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

import io.dromedary.client.ApiError;
import io.dromedary.server.Refusals;

/**
 * The router on which one generation's {@code platform-http} routes stand. It answers by itself what no route should
 * have to: a browser's preflight request (Fetch Standard, 3.2), a path that is not there, a method that a path does not
 * take. Bodies are read by the gateway's own handler: Camel's would write a form's files to disk and has a limit that
 * no property reaches.
 */
public final class GatewayRouter extends VertxPlatformHttpRouter {

    private static final int PREFLIGHT_SECONDS = 600;

    private final Handler<RoutingContext> bodyHandler;

    /**
     * @param bodyHandler reads a request's body before Camel sees it
     * @param refusals    answers what the router itself cannot take, such as a path with a broken escape
     * @param cors        whether any web page may ask, without cookies
     */
    public GatewayRouter(Vertx vertx, Handler<RoutingContext> bodyHandler, Refusals refusals, boolean cors) {
        super(null, vertx, Router.router(vertx), PLATFORM_HTTP_ROUTER_NAME_ZERO);
        this.bodyHandler = bodyHandler;
        if (cors) {
            // The * for headers does not cover Authorization, which is therefore named.
            route().handler(CorsHandler.create().addOrigin("*").allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST))
                    .allowedHeaders(Set.of("Authorization", "*")).maxAgeSeconds(PREFLIGHT_SECONDS));
        }
        errorHandler(400, context -> refusals.refuse(context.request(), ApiError.badRequest("invalid_url", null,
                "The request's path or query is not properly escaped")));
        errorHandler(404, context -> refusals.refuse(context.request(),
                ApiError.unknownPath(context.request().method().name(), context.request().path())));
        errorHandler(405, context -> {
            context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methodsAt(context.request())));
            refusals.refuse(context.request(),
                    ApiError.methodNotAllowed(context.request().method().name(), context.request().path()));
        });
        errorHandler(500, context -> refusals.refuse(context.request(), ApiError.of(500, "server_error",
                "internal_error", null, "The gateway failed")));
    }

    private Set<String> methodsAt(HttpServerRequest request) {
        Set<String> methods = new TreeSet<>();
        for (Route route : getRoutes()) {
            String path = route.getPath();
            if (path != null && route.methods() != null && (path.equals(request.path())
                    || !route.isExactPath() && request.path().startsWith(path))) {
                route.methods().forEach(method -> methods.add(method.name()));
            }
        }
        return methods;
    }

    @Override
    public Handler<RoutingContext> bodyHandler() {
        return bodyHandler;
    }
}
