package io.dromedary.operator.page;

import java.util.Locale;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import io.dromedary.client.ApiError;
import io.dromedary.server.ServerEndpoint;

/**
 * Serves the operator's page: its HTML at {@code /ui} and {@code /ui/}, its scripts and styles below, and leads a
 * browser at {@code /} there. None of it holds data, so none of it needs the key; the data is asked for by the page
 * itself, with the key, at {@code /ui/api/}, which is not this endpoint's.
 */
public final class PageEndpoint implements ServerEndpoint {

    /** Nothing but the page's own files runs, and nothing leaves for another host. For %s the hash of a style. */
    private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; "
            + "style-src 'self' '%s'; "
            + "img-src 'self' data: blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
            + "form-action 'none'";

    private static final String API = PageFiles.PAGE + "/api";
    private static final String FOR_EVER = "public, max-age=31536000, immutable";

    private final Vertx vertx;
    private volatile PageFiles files;

    /** @param vertx on whose threads the files are read, when the page is asked for the first time */
    public PageEndpoint(Vertx vertx) {
        this.vertx = vertx;
    }

    @Override
    public boolean owns(HttpServerRequest request) {
        String path = request.path();
        if (path == null) {
            return false;
        }
        boolean below = path.startsWith(PageFiles.PAGE + "/") && !path.equals(API) && !path.startsWith(API + "/");
        return path.equals(PageFiles.PAGE) || below || path.equals("/") && isBrowser(request);
    }

    /** Programs that ask at the root take what comes, or JSON: they have the routes' answer. */
    private static boolean isBrowser(HttpServerRequest request) {
        String accepted = request.getHeader(HttpHeaders.ACCEPT);
        return reads(request) && accepted != null && accepted.toLowerCase(Locale.ROOT).contains("text/html");
    }

    private static boolean reads(HttpServerRequest request) {
        return request.method() == HttpMethod.GET || request.method() == HttpMethod.HEAD;
    }

    @Override
    public boolean needsKey(HttpServerRequest request) {
        return false;
    }

    @Override
    public ApiError handle(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        if (!reads(request)) {
            response.putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            return ApiError.methodNotAllowed(request.method().name(), request.path());
        }
        if (request.path().equals("/")) {
            // Relative: a proxy in front may have taken a prefix off the path.
            response.setStatusCode(302).putHeader(HttpHeaders.LOCATION, PageFiles.PAGE.substring(1) + "/")
                    .putHeader(HttpHeaders.VARY, "Accept").putHeader(HttpHeaders.CACHE_CONTROL, "no-store").end();
            return null;
        }
        files().onSuccess(all -> answer(request, all)).onFailure(failure -> response.setStatusCode(500).end());
        return null;
    }

    private Future<PageFiles> files() {
        PageFiles read = files;
        return read != null ? Future.succeededFuture(read)
                : vertx.executeBlocking(PageFiles::read, false).onSuccess(all -> files = all);
    }

    private static void answer(HttpServerRequest request, PageFiles files) {
        PageFile file = files.at(request.path());
        HttpServerResponse response = request.response()
                .putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY.formatted(files.firstStyleHash()))
                .putHeader("Referrer-Policy", "no-referrer")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Cross-Origin-Resource-Policy", "same-origin");
        if (file == null) {
            response.setStatusCode(404).putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    .end(body(request, "The page has no such file. Load " + PageFiles.PAGE + "/ anew.\n"));
            return;
        }
        boolean gzip = file.gzip() != null && takesGzip(request);
        String tag = "\"" + file.tag() + (gzip ? "-gz" : "") + "\"";
        response.putHeader(HttpHeaders.ETAG, tag).putHeader(HttpHeaders.VARY, "Accept-Encoding")
                .putHeader(HttpHeaders.CACHE_CONTROL, file.type().startsWith("text/html") ? "no-store" : FOR_EVER);
        if (tag.equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, file.type());
        if (gzip) {
            response.putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        Buffer bytes = gzip ? file.gzip() : file.plain();
        response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(bytes.length()));
        if (request.method() == HttpMethod.HEAD) {
            response.end();
        } else {
            response.end(bytes);
        }
    }

    private static String body(HttpServerRequest request, String text) {
        return request.method() == HttpMethod.HEAD ? "" : text;
    }

    private static boolean takesGzip(HttpServerRequest request) {
        String accepted = request.getHeader(HttpHeaders.ACCEPT_ENCODING);
        if (accepted == null) {
            return false;
        }
        for (String coding : accepted.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = coding.strip().split("\\s*;\\s*q\\s*=\\s*", 2);
            if (parts[0].equals("gzip")) {
                return parts.length == 1 || !parts[1].matches("0(\\.0*)?");
            }
        }
        return false;
    }
}
