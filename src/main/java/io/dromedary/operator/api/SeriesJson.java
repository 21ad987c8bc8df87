package io.dromedary.operator.api;

import java.util.ArrayList;
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

    /** Those of a range, an array for each. */
    static Map<String, Object> arrays(Series.Points<Map<String, Object>> points, String range, String deployment) {
        Map<String, List<Object>> arrays = new LinkedHashMap<>();
        METRICS.keySet().forEach(metric -> arrays.put(metric, new ArrayList<>(points.points().size())));
        points.points().forEach(point -> point.forEach((metric, value) -> arrays.get(metric).add(value)));
        return new Fields().put("range", range).put("stepMs", points.stepMs()).put("from", points.from())
                .put("deployment", deployment).put("points", points.points().size()).put("series", arrays).map();
    }
}
