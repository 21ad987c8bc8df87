package io.dromedary.operator.api;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.dromedary.observe.traffic.Measure;
import io.dromedary.observe.traffic.Series;
import io.dromedary.observe.traffic.Series.Span;

/** Sums over time as the page draws them. */
final class SeriesJson {

    /** What is drawn, in the order of its fields. */
    private static final Map<String, Function<Span, Object>> METRICS = new LinkedHashMap<>();

    static {
        METRICS.put("requests", span -> span.sum(Measure.REQUESTS));
        METRICS.put("errors", span -> span.sum(Measure.ERRORS));
        METRICS.put("fallbacks", span -> span.sum(Measure.FALLBACKS));
        METRICS.put("gone", span -> span.sum(Measure.GONE));
        METRICS.put("firstTokenP50Ms", span -> span.firstTokenMs(0.5));
        METRICS.put("firstTokenP95Ms", span -> span.firstTokenMs(0.95));
        METRICS.put("tokensPerSecond", Span::tokensPerSecond);
        METRICS.put("speed", Span::speed);
        METRICS.put("promptTokens", span -> span.sum(Measure.PROMPT_TOKENS));
        METRICS.put("completionTokens", span -> span.sum(Measure.COMPLETION_TOKENS));
        METRICS.put("costUsd", Span::costUsd);
    }

    private SeriesJson() {
    }

    /** All of them over some steps. */
    static Map<String, Object> all(Span span) {
        Map<String, Object> all = new LinkedHashMap<>();
        METRICS.forEach((name, metric) -> all.put(name, metric.apply(span)));
        return all;
    }

    /**
     * Those of a range, an array for each.
     *
     * @param together how many steps make a point
     */
    static Map<String, Object> arrays(Series series, String name, Series.Range range, int together,
            String deployment) {
        Series.Points<Map<String, Object>> points = series.points(range, together, SeriesJson::all);
        Map<String, List<Object>> arrays = new LinkedHashMap<>();
        METRICS.keySet().forEach(metric -> arrays.put(metric, new ArrayList<>(points.points().size())));
        points.points().forEach(point -> point.forEach((metric, value) -> arrays.get(metric).add(value)));
        return head(name, points.stepMs(), points.from(), deployment, points.points().size(), arrays);
    }

    /** Those of a deployment that was never asked. */
    static Map<String, Object> none(String name, long stepMs, int count, String deployment) {
        Map<String, List<Object>> arrays = new LinkedHashMap<>();
        METRICS.keySet().forEach(metric -> arrays.put(metric, Collections.nCopies(count,
                metric.endsWith("Ms") || metric.equals("speed") || metric.equals("costUsd") ? null : 0)));
        long from = (System.currentTimeMillis() / stepMs - count + 1) * stepMs;
        return head(name, stepMs, from, deployment, count, arrays);
    }

    private static Map<String, Object> head(String name, long stepMs, long from, String deployment, int count,
            Map<String, List<Object>> arrays) {
        return new Fields().put("range", name).put("stepMs", stepMs).put("from", from).put("deployment", deployment)
                .put("points", count).put("series", arrays).map();
    }
}
