package io.dromedary.server;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpUtils;

/**
 * The path by which Vert.x' router chooses the route of a request: escapes of plain letters decoded, slashes that are
 * doubled and dots taken out (RFC 3986, 5.2.4), and no slash at the end. What may be asked is decided by it, since
 * another spelling leads to the same route.
 */
public final class RequestPath {

    private RequestPath() {
    }

    /** The path of {@code request} in that form; a slash where it has none. */
    public static String of(HttpServerRequest request) {
        String path = request.path() == null ? "/" : HttpUtils.normalizePath(request.path());
        int end = path.length();
        while (end > 1 && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(0, end);
    }
}
