package io.dromedary.observe.metrics;

import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;

import io.dromedary.json.TokenUsage;
import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.AttemptRecord.Outcome;

/** The series of the attempts of one deployment for one model that clients ask with one key: looked up once, held. */
final class AttemptSeries {

    private final LiteLlmMeters meters;
    private final OwnMeters own;
    private final String[] client;
    private final DeploymentLabels deployment;
    private final CounterDataPoint asked;
    private final CounterDataPoint succeeded;
    private final CounterDataPoint[] tokens;
    private final DistributionDataPoint api;
    private final DistributionDataPoint firstToken;
    private final DistributionDataPoint perToken;
    private final DistributionDataPoint ownFirstToken;
    private final DistributionDataPoint interval;
    private volatile CounterDataPoint spend;
    private final Map<Integer, CounterDataPoint> failures = new ConcurrentHashMap<>();
    private final Map<Integer, CounterDataPoint> ends = new ConcurrentHashMap<>();

    AttemptSeries(LiteLlmMeters meters, OwnMeters own, String[] client, DeploymentLabels deployment) {
        this.meters = meters;
        this.own = own;
        this.client = client;
        this.deployment = deployment;
        String[] both = MetricLabels.with(client, deployment.liteLlm());
        String[] model = MetricLabels.with(client, deployment.model(), deployment.id());
        asked = meters.asked.labelValues(both);
        succeeded = meters.succeeded.labelValues(both);
        tokens = new CounterDataPoint[] {meters.inputTokens.labelValues(model), meters.outputTokens.labelValues(model),
            meters.totalTokens.labelValues(model), meters.cachedTokens.labelValues(model),
            meters.reasoningTokens.labelValues(model)};
        String[] times = deployment.ofTimes(client[0]);
        api = meters.api.labelValues(times);
        firstToken = meters.firstToken.labelValues(times);
        perToken = meters.perToken.labelValues(times);
        ownFirstToken = own.firstToken.labelValues(deployment.id(), deployment.group());
        interval = own.tokenInterval.labelValues(deployment.id(), deployment.group());
    }

    /** An attempt has ended. */
    void ended(AttemptRecord attempt, boolean stream) {
        ends.computeIfAbsent(mark(attempt), mark -> own.attempts.labelValues(deployment.id(), deployment.group(),
                word(attempt.choice()), word(attempt.outcome()),
                attempt.kind() == null ? MetricLabels.NONE : word(attempt.kind()))).inc();
        if (!attempt.asked()) {
            return;
        }
        asked.inc();
        if (attempt.contentMicros() >= 0) {
            double seconds = (attempt.contentMicros() - attempt.beganMicros()) / MeterBook.MICROS;
            ownFirstToken.observe(seconds);
            if (stream) {
                firstToken.observe(seconds);
            }
        }
        if (attempt.outcome() == Outcome.ANSWERED) {
            succeeded.inc();
            api.observe((attempt.endedMicros() - attempt.beganMicros()) / MeterBook.MICROS);
        } else if (attempt.outcome() == Outcome.FAILED) {
            failures.computeIfAbsent(mark(attempt), mark -> meters.failures.labelValues(MetricLabels.with(client,
                    MetricLabels.with(deployment.liteLlm(), String.valueOf(attempt.status()),
                    ExceptionLabels.of(attempt.kind()))))).inc();
        }
    }

    /** What an answer has cost, in USD. There is no series before there is a price: 0 would say that it is free. */
    void spent(double cost) {
        spend = spend == null ? meters.spend.labelValues(MetricLabels.with(client, deployment.model(),
                deployment.id())) : spend;
        spend.inc(cost);
    }

    /** The tokens of the attempt whose answer the client has, or had the beginning of. */
    void used(AttemptRecord attempt, TokenUsage usage, boolean stream) {
        add(0, usage.prompt());
        add(1, usage.completion());
        add(2, usage.total());
        add(3, usage.cached());
        add(4, usage.reasoning());
        if (usage.completion() > 0 && attempt.outcome() == Outcome.ANSWERED) {
            perToken.observe((attempt.endedMicros() - attempt.beganMicros()) / MeterBook.MICROS / usage.completion());
            if (stream && usage.completion() > 1 && attempt.contentMicros() >= 0) {
                interval.observe((attempt.endedMicros() - attempt.contentMicros()) / MeterBook.MICROS
                        / (usage.completion() - 1));
            }
        }
    }

    private void add(int which, long count) {
        if (count > 0) {
            tokens[which].inc(count);
        }
    }

    /** A number for what the labels of an attempt's end depend on. */
    private static int mark(AttemptRecord attempt) {
        int kind = attempt.kind() == null ? 0 : attempt.kind().ordinal() + 1;
        return ((attempt.status() * 64 + kind) * 8 + attempt.outcome().ordinal()) * 8 + attempt.choice().ordinal();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
