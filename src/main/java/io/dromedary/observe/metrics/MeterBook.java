package io.dromedary.observe.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/**
 * The metrics of the process, each described when it is made. One book outlives all generations. A metric's labels are
 * the same as long as the process runs.
 */
public final class MeterBook {

    /** So many make a second. */
    static final double MICROS = 1_000_000;
    /** For times of answers, in seconds: LiteLLM's range in fewer steps. */
    static final double[] ANSWER_SECONDS =
            {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600};
    /** For times in which only the gateway is at work, or a token is made, in seconds. */
    static final double[] SHORT_SECONDS =
            {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5};

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final List<Row> rows = new ArrayList<>();
    private final List<Consumer<MetricLabels>> droppers = new ArrayList<>();

    /**
     * What there is to know of a metric.
     *
     * @param name   as Prometheus sees it
     * @param type   counter, gauge or histogram
     * @param labels their names
     * @param help   what it tells
     */
    public record Row(String name, String type, List<String> labels, String help) {
    }

    /** Tells the values of a metric when it is read. */
    @FunctionalInterface
    public interface Reading {

        /** @param tell takes a value and those of its labels */
        void read(BiConsumer<Double, String[]> tell);
    }

    /** A counter; Prometheus sees its name with {@code _total} at its end. */
    Counter counter(String name, String help, String... labels) {
        Counter counter = Counter.builder().name(name).help(help).labelNames(labels).withoutExemplars()
                .register(registry);
        note(new Row(name + "_total", "counter", List.of(labels), help),
                gone -> counter.removeIf(gone::test));
        return counter;
    }

    /** A histogram of seconds. */
    Histogram histogram(String name, String help, double[] bounds, String... labels) {
        Histogram histogram = Histogram.builder().name(name).help(help).labelNames(labels).withoutExemplars()
                .classicOnly().classicUpperBounds(bounds).register(registry);
        note(new Row(name, "histogram", List.of(labels), help), gone -> histogram.removeIf(gone::test));
        return histogram;
    }

    /** A gauge whose values are read when the metrics are. */
    public void gauge(String name, String help, Reading reading, String... labels) {
        GaugeWithCallback.builder().name(name).help(help).labelNames(labels)
                .callback(callback -> reading.read((value, values) -> callback.call(value, values)))
                .register(registry);
        rows.add(new Row(name, "gauge", List.of(labels), help));
    }

    /** A counter whose values are kept elsewhere. */
    public void counted(String name, String help, Reading reading, String... labels) {
        CounterWithCallback.builder().name(name).help(help).labelNames(labels)
                .callback(callback -> reading.read((value, values) -> callback.call(value, values)))
                .register(registry);
        rows.add(new Row(name + "_total", "counter", List.of(labels), help));
    }

    private void note(Row row, Consumer<Predicate<List<String>>> remove) {
        rows.add(row);
        droppers.add(labels -> remove.accept(values -> !labels.holds(row.labels(), values)));
    }

    /** Drops the series of what is not in the configuration any more. */
    void keepOnly(MetricLabels labels) {
        droppers.forEach(dropper -> dropper.accept(labels));
    }

    /** All metrics of the gateway's own, in the order in which they were made. */
    public List<Row> rows() {
        return List.copyOf(rows);
    }

    /** Where they are registered. */
    public PrometheusRegistry registry() {
        return registry;
    }
}
