package io.dromedary.observe.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.RequestRecord;

/**
 * The series of the requests for one model, with one key, on one route, that ended at one deployment or at none: looked
 * up once, held.
 */
final class RequestSeries {

    private final LiteLlmMeters meters;
    private final String[] client;
    private final String route;
    private final DeploymentLabels deployment;
    private final AttemptSeries ofLastAttempt;
    private final boolean asked;
    private final CounterDataPoint ofModel;
    private final CounterDataPoint failedOfModel;
    private final DistributionDataPoint total;
    private final DistributionDataPoint queue;
    private final DistributionDataPoint overhead;
    private final DistributionDataPoint withGuardrails;
    private final Map<Integer, CounterDataPoint> byStatus = new ConcurrentHashMap<>();
    private final Map<Integer, CounterDataPoint> failures = new ConcurrentHashMap<>();

    RequestSeries(LiteLlmMeters meters, String[] client, String route, DeploymentLabels deployment,
            AttemptSeries ofLastAttempt) {
        this.ofLastAttempt = ofLastAttempt;
        this.meters = meters;
        this.client = client;
        this.route = route;
        this.deployment = deployment;
        asked = deployment != DeploymentLabels.NONE;
        String[] model = MetricLabels.with(client, deployment.model(), deployment.id());
        String[] times = deployment.ofTimes(client[0]);
        String[] group = MetricLabels.with(deployment.liteLlm(), deployment.group());
        ofModel = asked ? meters.requestsOfModel.labelValues(model) : null;
        failedOfModel = asked ? meters.failedOfModel.labelValues(model) : null;
        total = asked ? meters.total.labelValues(times) : null;
        queue = asked ? meters.queue.labelValues(times) : null;
        overhead = asked ? meters.overhead.labelValues(group) : null;
        withGuardrails = asked ? meters.overheadWithGuardrails.labelValues(group) : null;
    }

    /** The series of the attempts at the deployment where these requests ended; null where they ended at none. */
    AttemptSeries ofLastAttempt() {
        return ofLastAttempt;
    }

    /**
     * A request has ended.
     *
     * @param last the attempt that answered, or the last one; null for none
     */
    void ended(RequestRecord record, AttemptRecord last) {
        byStatus.computeIfAbsent(record.status(), status -> meters.requests.labelValues(MetricLabels.with(client,
                route, String.valueOf(status), deployment.id(), deployment.provider()))).inc();
        boolean failed = failed(record);
        if (failed) {
            int kind = last == null || last.kind() == null ? -1 : last.kind().ordinal();
            failures.computeIfAbsent(record.status() * 64 + kind + 1,
                    mark -> meters.failed.labelValues(MetricLabels.with(client, route,
                    String.valueOf(record.status()), kind < 0 ? ExceptionLabels.of(record.status())
                    : ExceptionLabels.of(last.kind()), deployment.id(), deployment.provider()))).inc();
        }
        if (!asked) {
            return;
        }
        ofModel.inc();
        if (failed) {
            failedOfModel.inc();
        }
        total.observe(record.totalMicros() / MeterBook.MICROS);
        overhead.observe(record.overheadMicros() / MeterBook.MICROS);
        withGuardrails.observe(record.overheadMicros() / MeterBook.MICROS);
        for (AttemptRecord attempt : record.attempts()) {
            if (attempt.asked()) {
                queue.observe(attempt.beganMicros() / MeterBook.MICROS);
                break;
            }
        }
    }

    /** Whether its client was told an error. That it left is none. */
    static boolean failed(RequestRecord record) {
        return !record.clientGone() && (record.status() >= 400 || record.errorCode() != null);
    }
}
