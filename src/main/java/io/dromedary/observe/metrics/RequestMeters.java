package io.dromedary.observe.metrics;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

import io.dromedary.model.Catalogue;
import io.dromedary.model.Fallbacks;
import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.AttemptRecord.Outcome;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecord;

/**
 * Counts finished requests. Outlives generations: {@link #follow} takes over what another one says. On the way of a
 * request, series are found by the few names that they depend on, and their children are held.
 */
public final class RequestMeters implements RecordReader {

    private final MeterBook book;
    private final LiteLlmMeters liteLlm;
    private final OwnMeters own;
    private final CounterDataPoint bytesIn;
    private final CounterDataPoint bytesOut;
    private final DistributionDataPoint lateness;
    private final Map<String, DistributionDataPoint> overheads = new ConcurrentHashMap<>();
    private volatile Held held =
            new Held(new MetricLabels(new Catalogue(List.of(), Map.of(), Fallbacks.NONE), List.of(),
                    List.of(), false));

    /** The series of one generation: what a thread still notes for an earlier one does not get among them. */
    private record Held(MetricLabels labels, Map<List<String>, RequestSeries> requests,
            Map<List<String>, AttemptSeries> attempts) {

        Held(MetricLabels labels) {
            this(labels, new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
        }
    }

    /** @param book where they are registered */
    public RequestMeters(MeterBook book) {
        this.book = book;
        this.liteLlm = new LiteLlmMeters(book);
        this.own = new OwnMeters(book);
        this.bytesIn = own.bytes.labelValues("in");
        this.bytesOut = own.bytes.labelValues("out");
        this.lateness = own.loopLateness.labelValues();
    }

    /** From now on, labels have the values of that generation; series of what it does not have are dropped. */
    public void follow(MetricLabels now) {
        held = new Held(now);
        book.keepOnly(now);
    }

    /** An event loop was so late, in ns. */
    public void loopWasLate(long nanos) {
        lateness.observe(nanos / 1e9);
    }

    @Override
    public void ended(RequestRecord record) {
        if (record.refused()) {
            refused(record);
            return;
        }
        Held series = held;
        MetricLabels now = series.labels();
        String requested = now.model(record.model());
        String key = record.key() == null ? MetricLabels.NONE : record.key();
        String route = now.route(record.path());
        AttemptRecord last = record.last();
        DeploymentLabels deployment = now.deployment(last == null ? null : last.deployment());
        List<String> names = List.of(requested, key, route, deployment.id());
        RequestSeries known = series.requests().get(names); // computeIfAbsent takes a lock where names share a place
        RequestSeries asking = known != null ? known : series.requests().computeIfAbsent(names,
                absent -> new RequestSeries(liteLlm, LiteLlmMeters.client(requested, key, now.hash(key)), route,
                        deployment, last == null ? null : series(series, requested, key, deployment)));
        asking.ended(record, last);
        bytesIn.inc(record.bytesIn());
        bytesOut.inc(record.bytesOut());
        if (record.clientGone()) {
            own.gone.labelValues(requested).inc();
        }
        if (last == null) {
            return;
        }
        for (AttemptRecord attempt : record.attempts()) {
            AttemptSeries asked = attempt == last && asking.ofLastAttempt() != null
                    ? asking.ofLastAttempt()
                    : series(series, requested, key, now.deployment(attempt.deployment()));
            asked.ended(attempt, record.stream());
            if (attempt == last && record.usage().told()) {
                asked.used(attempt, record.usage(), record.stream());
            }
            if (attempt == last && record.cost() != null) {
                asked.spent(record.cost().doubleValue());
            }
        }
        overheads.computeIfAbsent(record.operation(), own.overhead::labelValues)
                .observe(record.overheadMicros() / MeterBook.MICROS);
        if (record.attempts().size() > 1) {
            fallbacks(now, requested, key, record.attempts());
        }
    }

    private AttemptSeries series(Held series, String requested, String key, DeploymentLabels deployment) {
        return series.attempts().computeIfAbsent(List.of(requested, key, deployment.id()),
                names -> new AttemptSeries(liteLlm, own, LiteLlmMeters.client(requested, key,
                        series.labels().hash(key)), deployment));
    }

    private void refused(RequestRecord record) {
        if (record.status() < 400) {
            return; // a browser's question, or what the server tells its operator
        }
        String status = String.valueOf(record.status());
        String code = record.errorCode() == null ? MetricLabels.NONE : record.errorCode();
        own.refused.labelValues(status, code).inc();
        MetricLabels now = held.labels();
        String[] client = LiteLlmMeters.client(MetricLabels.NONE, record.key(), now.hash(record.key()));
        String route = now.route(record.path());
        liteLlm.requests.labelValues(MetricLabels.with(client, route, status, MetricLabels.NONE, MetricLabels.NONE))
                .inc();
        liteLlm.failed.labelValues(MetricLabels.with(client, route, status, ExceptionLabels.of(record.status()),
                MetricLabels.NONE, MetricLabels.NONE)).inc();
    }

    /** Each group that stood in for another: whether it answered, and why the one before it did not. */
    private void fallbacks(MetricLabels now, String requested, String key, List<AttemptRecord> all) {
        for (int i = 1; i < all.size(); i++) {
            AttemptRecord before = all.get(i - 1);
            AttemptRecord attempt = all.get(i);
            if (attempt.fallback() == 0 || attempt.fallback() == before.fallback()) {
                continue;
            }
            Outcome outcome = attempt.outcome();
            for (AttemptRecord other : all.subList(i, all.size())) {
                outcome = other.fallback() == attempt.fallback() && outcome != Outcome.ANSWERED ? other.outcome()
                        : outcome;
            }
            if (outcome != Outcome.LOST && outcome != Outcome.CANCELLED) {
                (outcome == Outcome.ANSWERED ? liteLlm.fallbacks : liteLlm.failedFallbacks).labelValues(
                        MetricLabels.with(LiteLlmMeters.client(requested, key, now.hash(key)),
                        now.model(attempt.group()), String.valueOf(before.status()),
                        ExceptionLabels.of(before.kind()))).inc();
            }
        }
    }
}
