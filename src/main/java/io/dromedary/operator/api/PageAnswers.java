package io.dromedary.operator.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.vertx.core.MultiMap;

import io.dromedary.client.ApiError;
import io.dromedary.model.Deployment;
import io.dromedary.observe.RequestRecord;
import io.dromedary.observe.recent.RecentRequests;
import io.dromedary.observe.traffic.Measure;
import io.dromedary.observe.traffic.Series;
import io.dromedary.observe.traffic.Traffic;

/** Which answer belongs to which path of the page's API. */
final class PageAnswers {

    private static final String REQUESTS = "/requests/";
    private static final int MOST = 500;
    private static final int DAY_STEPS_TOGETHER = 12;
    private static final int DAY_POINTS = 720;
    private static final int QUARTER_POINTS = 180;

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
            return serving -> request(path.substring(REQUESTS.length()));
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

    private Map<String, Object> request(String encoded) {
        String id;
        try {
            id = URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            id = encoded;
        }
        return observed.recent().find(id).map(RequestJson::whole)
                .orElseThrow(() -> notFound("There is no such request among the last ones"));
    }

    private Map<String, Object> requests(MultiMap query) {
        String filter = query.contains("filter") ? query.get("filter") : "recent";
        int limit = limit(query.get("limit"));
        RecentRequests recent = observed.recent();
        List<RequestRecord> found = switch (filter) {
            case "recent" -> recent.recent(limit);
            case "slowest" -> recent.slowest(limit);
            case "failed" -> recent.failed(limit);
            default -> throw ApiError.badRequest("bad_query", "filter", "filter is recent, slowest or failed");
        };
        return new Fields().put("filter", filter).put("requests", found.stream().map(RequestJson::row).toList()).map();
    }

    private static int limit(String text) {
        if (text == null) {
            return MOST;
        }
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw ApiError.badRequest("bad_query", "limit", "limit is a number from 1 on");
        }
        return Math.min(MOST, Integer.parseInt(text));
    }

    private Map<String, Object> series(Serving serving, MultiMap query) {
        String name = query.contains("range") ? query.get("range") : "15m";
        if (!name.equals("15m") && !name.equals("24h")) {
            throw ApiError.badRequest("bad_query", "range", "range is 15m or 24h");
        }
        boolean day = name.equals("24h");
        Series.Range range = day ? Series.Range.DAY : Series.Range.QUARTER;
        String id = query.get("deployment");
        if (id == null) {
            return SeriesJson.arrays(observed.traffic().gateway(), name, range, day ? DAY_STEPS_TOGETHER : 1, null);
        }
        if (serving.gateway().catalogue().byId(id).map(Deployment::id).isEmpty()) {
            throw notFound("There is no such deployment");
        }
        return observed.traffic().deployment(id).map(Traffic.OfDeployment::series)
                .map(series -> SeriesJson.arrays(series, name, range, 1, id))
                .orElseGet(() -> SeriesJson.none(name, day ? 120_000 : 5000, day ? DAY_POINTS : QUARTER_POINTS, id));
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
            if (of != null) {
                count += of.series().window(span -> span.sum(Measure.REQUESTS));
                failed += of.series().window(span -> span.sum(Measure.ERRORS));
            }
        }
        return new Fields().put("name", name).put("deployments", deployments.stream().map(Deployment::id).toList())
                .put("count", count).put("failed", failed).map();
    }
}
