package io.dromedary.operator;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import io.dromedary.client.ApiError;
import io.dromedary.observe.usage.UsageTotals;
import io.dromedary.server.ServerEndpoint;

/**
 * {@code GET /usage}: what requests have used and cost, by model, key and deployment, as JSON or as CSV. Asks for the
 * key, since it names models, keys and amounts.
 */
public final class UsageEndpoint implements ServerEndpoint {

    private static final String PATH = "/usage";

    private final Vertx vertx;
    private final UsageTotals totals;

    /** @param vertx on whose threads the answer is made: it may have thousands of rows */
    public UsageEndpoint(Vertx vertx, UsageTotals totals) {
        this.vertx = vertx;
        this.totals = totals;
    }

    @Override
    public boolean owns(HttpServerRequest request) {
        return PATH.equals(request.path()) || (PATH + "/").equals(request.path());
    }

    @Override
    public boolean needsKey(HttpServerRequest request) {
        return true;
    }

    @Override
    public ApiError handle(HttpServerRequest request) {
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            return ApiError.methodNotAllowed(request.method().name(), request.path());
        }
        UsageReport report;
        boolean csv;
        try {
            report = UsageReport.by(request.params().getAll("by"), totals);
            csv = isCsv(request);
        } catch (ApiError e) {
            return e;
        } catch (IllegalArgumentException e) {
            return ApiError.badRequest("invalid_query", null, "The query of the URL cannot be read");
        }
        vertx.executeBlocking(() -> csv ? report.csv().getBytes(StandardCharsets.UTF_8) : report.json(), false)
                .onSuccess(body -> answer(request, csv, body))
                .onFailure(failure -> request.response().setStatusCode(500).end());
        return null;
    }

    private static boolean isCsv(HttpServerRequest request) {
        String format = request.getParam("format");
        if (format == null) {
            String accepted = request.getHeader(HttpHeaders.ACCEPT);
            return accepted != null && accepted.toLowerCase(Locale.ROOT).contains("text/csv");
        }
        if (!format.equals("json") && !format.equals("csv")) {
            throw ApiError.badRequest("invalid_value", "format", "format is json or csv");
        }
        return format.equals("csv");
    }

    private static void answer(HttpServerRequest request, boolean csv, byte[] body) {
        HttpServerResponse response = request.response();
        response.putHeader(HttpHeaders.CONTENT_TYPE, csv ? "text/csv; charset=utf-8" : "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("X-Content-Type-Options", "nosniff")
                .putHeader(HttpHeaders.VARY, "Accept")
                .putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length));
        response.end(request.method() == HttpMethod.HEAD ? Buffer.buffer() : Buffer.buffer(body));
    }
}
