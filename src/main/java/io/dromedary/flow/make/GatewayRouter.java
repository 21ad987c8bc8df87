package io.dromedary.flow.make;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
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

    /** How long a browser may remember what it was told, in seconds: Chromium forgets after two hours anyway. */
    private static final String PREFLIGHT_SECONDS = "600";
    private static final int NO_CONTENT = 204;
    /** What is told where the method is refused before the path is looked at. */
    private static final List<String> OF_ANY_PATH = List.of("GET", "HEAD", "POST");

    private final Handler<RoutingContext> bodyHandler;

    /**
     * @param bodyHandler reads a request's body before Camel sees it
     * @param refusals    answers what the router itself cannot take, such as a path with a broken escape
     * @param cors        whether any web page may ask, without cookies
     */
    public GatewayRouter(Vertx vertx, Handler<RoutingContext> bodyHandler, Refusals refusals, boolean cors) {
        super(null, vertx, Router.router(vertx), PLATFORM_HTTP_ROUTER_NAME_ZERO);
        this.bodyHandler = bodyHandler;
        options(refusals, cors);
        errorHandler(400, context -> refusals.refuse(context.request(), ApiError.badRequest("invalid_url", null,
                "The request's path or query is not properly escaped")));
        errorHandler(404, context -> refusals.refuse(context.request(),
                ApiError.unknownPath(context.request().method().name(), context.request().path())));
        errorHandler(405, context -> {
            refuseMethod(context, refusals, methodsAt(context.normalizedPath()));
        });
        errorHandler(500, context -> refusals.refuse(context.request(), ApiError.of(500, "server_error",
                "internal_error", null, "The gateway failed")));
    }

    /**
     * Answers OPTIONS on every path, so that none reaches a route: it comes without the key (a browser sends none with
     * its preflight), and must not run a step nor tell which paths there are.
     */
    private void options(Refusals refusals, boolean cors) {
        // Not a route for that method alone: vertx-web would then answer any other method on an unknown path with 405.
        route().handler(context -> {
            if (context.request().method() != HttpMethod.OPTIONS) {
                context.next();
            } else if (!cors) {
                refuseMethod(context, refusals, OF_ANY_PATH);
            } else {
                refusals.announce(context.request(), NO_CONTENT);
                if (isPreflight(context.request())) {
                    allowAnyPage(context.response());
                }
                context.response().setStatusCode(NO_CONTENT).end();
            }
        });
    }

    private static boolean isPreflight(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.ORIGIN)
                && request.headers().contains(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /**
     * What a browser is told, whatever its page is called. Not by vertx-web's CorsHandler, which fails on each origin
     * that is no web address: {@code null}, and the {@code app://} and {@code tauri://} of desktop clients.
     */
    private static void allowAnyPage(HttpServerResponse response) {
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*")
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, "GET,POST")
                // The * does not cover Authorization, which is therefore named.
                .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, "Authorization,*")
                .putHeader(HttpHeaders.ACCESS_CONTROL_MAX_AGE, PREFLIGHT_SECONDS);
    }

    private static void refuseMethod(RoutingContext context, Refusals refusals, Collection<String> allowed) {
        context.response().putHeader(HttpHeaders.ALLOW, String.join(", ", allowed));
        refusals.refuse(context.request(),
                ApiError.methodNotAllowed(context.request().method().name(), context.request().path()));
    }

    /** The paths of its routes, with parameters such as {@code :id}; those for whatever begins so end in a star. */
    public Set<String> paths() {
        return getRoutes().stream().map(Route::getPath).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private Set<String> methodsAt(String path) {
        Set<String> methods = new TreeSet<>();
        for (Route route : getRoutes()) {
            if (route.getPath() != null && route.methods() != null && matches(route, path)) {
                route.methods().forEach(method -> methods.add(method.name()));
            }
        }
        return methods;
    }

    /** Whether {@code path} is one of the route's, which may hold parameters such as {@code :id}, one segment each. */
    private static boolean matches(Route route, String path) {
        String[] wanted = route.getPath().split("/", -1);
        String[] found = path.split("/", -1);
        if (route.isExactPath() ? found.length != wanted.length : found.length < wanted.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            boolean any = wanted[i].startsWith(":") || !route.isExactPath() && i == wanted.length - 1
                    && found[i].startsWith(wanted[i]);
            if (!any && !wanted[i].equals(found[i])) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Handler<RoutingContext> bodyHandler() {
        return bodyHandler;
    }
}
