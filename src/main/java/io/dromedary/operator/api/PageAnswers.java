package io.dromedary.operator.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.vertx.core.MultiMap;

import io.dromedary.client.ApiError;
import io.dromedary.model.Deployment;
import io.dromedary.observe.recent.RecentRequests;
import io.dromedary.observe.traffic.Measure;
import io.dromedary.observe.traffic.Series;
import io.dromedary.observe.traffic.Traffic;

/** Which answer belongs to which path of the page's API. */
final class PageAnswers {

    private static final String REQUESTS = "/requests/";
    private static final int MOST = 500;
    private static final long DAY_STEP_MS = 120_000;

    private final Observations observed;
    private final StateJson state;

    PageAnswers(Observations observed, StateJson state) {
        this.observed = observed;
        this.state = state;
    }

    /**
     * Makes the answer, on any thread.
     *
     * @param path below the API's own
     * @throws ApiError when it is applied: there is no such thing, or the query is wrong
     */
    Function<Serving, Map<String, Object>> to(String path, MultiMap query) {
        if (path.startsWith(REQUESTS) && path.length() > REQUESTS.length()) {
            return serving -> request(path.substring(REQUESTS.length()), query);
        }
        return switch (path) {
            case "/state" -> state::all;
            case "/series" -> serving -> series(serving, query);
            case "/requests" -> serving -> requests(query);
            case "/flow" -> this::flow;
            case "/keys" -> KeysJson::all;
            case "/config" -> ConfigJson::all;
            default -> serving -> {
                throw notFound("The page's API has state, series, requests, live, flow, keys and config");
            };
        };
    }

    private static ApiError notFound(String message) {
        return ApiError.of(404, "invalid_request_error", "not_found", null, message);
    }

    private Map<String, Object> request(String encoded, MultiMap query) {
        String id;
        try {
            id = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            id = encoded;
        }
        long number = query.contains("number") ? number(query, "number") : 0;
        return observed.recent().find(id, seen -> number == 0 || seen.number() == number).map(RequestJson::whole)
                .orElseThrow(() -> notFound("There is no such request among the last ones"));
    }

    private Map<String, Object> requests(MultiMap query) {
        String filter = query.contains("filter") ? query.get("filter") : "recent";
        int limit = query.contains("limit") ? (int) Math.min(MOST, number(query, "limit")) : MOST;
        RecentRequests recent = observed.recent();
        List<RecentRequests.Seen> found = switch (filter) {
            case "recent" -> recent.recent(limit);
            case "slowest" -> recent.slowest(limit);
            case "failed" -> recent.failed(limit);
            default -> throw ApiError.badRequest("bad_query", "filter", "filter is recent, slowest or failed");
        };
        return new Fields().put("filter", filter).put("requests", found.stream().map(RequestJson::row).toList()).map();
    }

    private static long number(MultiMap query, String name) {
        String text = query.get(name);
        if (!text.matches("[1-9]\\d{0,17}")) {
            throw ApiError.badRequest("bad_query", name, name + " is a number from 1 on");
        }
        return Long.parseLong(text);
    }

    private Map<String, Object> series(Serving serving, MultiMap query) {
        String name = query.contains("range") ? query.get("range") : "15m";
        if (!name.equals("15m") && !name.equals("24h")) {
            throw ApiError.badRequest("bad_query", "range", "range is 15m or 24h");
        }
        Series.Range range = name.equals("24h") ? Series.Range.DAY : Series.Range.QUARTER;
        String id = query.get("deployment");
        if (id == null) {
            return series(observed.traffic().gateway(), name, range, query, null);
        }
        if (serving.gateway().catalogue().byId(id).map(Deployment::id).isEmpty()) {
            throw notFound("There is no such deployment");
        }
        return series(observed.traffic().deployment(id).flatMap(Traffic.OfDeployment::series)
                .orElseGet(observed.traffic()::none), name, range, query, id);
    }

    private static Map<String, Object> series(Series series, String name, Series.Range range, MultiMap query,
            String deployment) {
        if (!query.contains("stepMs")) {
            int together = (int) Math.max(1, range == Series.Range.DAY ? DAY_STEP_MS / series.stepMs(range) : 1);
            return SeriesJson.arrays(series.points(range, together, SeriesJson::all), name, deployment);
        }
        long stepMs = number(query, "stepMs");
        if (stepMs % series.stepMs(range) != 0 || stepMs > range.lengthMs() / 2) {
            throw ApiError.badRequest("bad_query", "stepMs", "stepMs is a multiple of " + series.stepMs(range)
                    + ", and half the range at most");
        }
        return SeriesJson.arrays(series.whole(range, (int) (stepMs / series.stepMs(range)), SeriesJson::all), name,
                deployment);
    }

    private Map<String, Object> flow(Serving serving) {
        return FlowJson.of(serving.flow(), observed.flow().now())
                .put("generation", serving.reloading().generation())
                .put("counted", serving.gateway().settings().flag("gateway.ui.flow-counts"))
                .put("groups", serving.gateway().catalogue().groupNames().stream()
                        .map(group -> group(serving, group)).toList()).map();
    }

    private Map<String, Object> group(Serving serving, String name) {
        List<Deployment> deployments = serving.gateway().catalogue().group(name);
        long count = 0;
        long failed = 0;
        for (Deployment deployment : deployments) {
            Traffic.OfDeployment of = observed.traffic().deployment(deployment.id()).orElse(null);
            Series series = of == null ? null : of.series().orElse(null);
            if (series != null) {
                Series.Span span = series.window();
                count += span.sum(Measure.REQUESTS);
                failed += span.sum(Measure.ERRORS);
            }
        }
        return new Fields().put("name", name).put("deployments", deployments.stream().map(Deployment::id).toList())
                .put("count", count).put("failed", failed).map();
    }
}
