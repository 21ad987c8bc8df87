package io.dromedary.observe.traffic;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.AttemptRecord.Choice;
import io.dromedary.observe.AttemptRecord.Outcome;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecord;
import io.dromedary.observe.recent.RecentRequests;

/**
 * What happened over time, to the whole gateway and to each of at most 100 deployments, whose series take about 200 KB
 * each from their first request on; of more deployments only how they stand is kept. A reload forgets only the
 * deployments that it takes away.
 */
public final class Traffic implements RecordReader {

    private static final int MOST_SERIES = 100;
    private static final long SECOND_MS = 1000;
    private static final double NANOS = 1e9;

    private final LongSupplier clock;
    private final Series gateway;
    private final Map<String, OfDeployment> byDeployment = new ConcurrentHashMap<>();

    /** What happened to one deployment. */
    public static final class OfDeployment {

        private final Series series;
        private volatile LastError lastError;
        private volatile long lastAnswerAt;

        OfDeployment(Series series) {
            this.series = series;
        }

        /** Over time; empty where other deployments have all the places. */
        public Optional<Series> series() {
            return Optional.ofNullable(series);
        }

        /** The last attempt that failed; empty if none did. */
        public Optional<LastError> lastError() {
            return Optional.ofNullable(lastError);
        }

        /** When its last answer had come, in ms since 1970; 0 if none has. */
        public long lastAnswerAt() {
            return lastAnswerAt;
        }
    }

    /**
     * An attempt that failed.
     *
     * @param attempt what became of it
     * @param request the id of its request
     * @param at      when it failed, in ms since 1970
     */
    public record LastError(AttemptRecord attempt, String request, long at) {
    }

    /** @param clock tells the time, in ms since 1970 */
    public Traffic(LongSupplier clock) {
        this.clock = clock;
        this.gateway = new Series(SECOND_MS, 10 * SECOND_MS, clock);
    }

    @Override
    public void ended(RequestRecord record) {
        if (record.refused() && record.status() >= 400) {
            gateway.add(sums -> sums.add(Measure.REFUSED, 1));
        } else if (RecentRequests.matters(record)) {
            gateway.add(sums -> addRequest(sums, record));
            for (AttemptRecord attempt : record.attempts()) {
                OfDeployment of = of(attempt.deployment());
                if (of.series != null) {
                    of.series.add(sums -> addAttempt(sums, attempt, record));
                }
                note(of, attempt, record);
            }
        }
    }

    private static void addRequest(Series.Sums sums, RequestRecord record) {
        AttemptRecord last = record.last();
        sums.add(Measure.REQUESTS, 1);
        if (record.clientGone()) {
            sums.add(Measure.GONE, 1);
        } else if (RecentRequests.failed(record)) {
            sums.add(Measure.ERRORS, 1);
        }
        if (RecentRequests.fellBack(record)) {
            sums.add(Measure.FALLBACKS, 1);
        }
        if (record.stream() && record.contentMicros() >= 0) {
            sums.firstToken(record.contentMicros());
        }
        if (last != null) {
            addTokens(sums, last, record);
        }
    }

    private static void addAttempt(Series.Sums sums, AttemptRecord attempt, RequestRecord record) {
        if (!attempt.asked()) {
            sums.add(Measure.PASSED_OVER, 1);
            return;
        }
        sums.add(Measure.REQUESTS, 1);
        if (attempt.outcome() == Outcome.FAILED) {
            sums.add(Measure.ERRORS, 1);
        }
        if (attempt.outcome() == Outcome.CANCELLED) {
            sums.add(Measure.GONE, 1);
        }
        if (attempt.choice() == Choice.FALLBACK || attempt.fallback() > 0) {
            sums.add(Measure.FALLBACKS, 1);
        }
        if (record.stream() && attempt.contentMicros() >= 0) {
            sums.firstToken(attempt.contentMicros() - attempt.beganMicros());
        }
        if (attempt == record.last()) {
            addTokens(sums, attempt, record);
        }
    }

    private static void addTokens(Series.Sums sums, AttemptRecord attempt, RequestRecord record) {
        sums.add(Measure.PROMPT_TOKENS, record.usage().prompt());
        sums.add(Measure.COMPLETION_TOKENS, record.usage().completion());
        if (record.cost() != null) {
            sums.add(Measure.COST_NANOS, Math.round(record.cost().doubleValue() * NANOS));
            sums.add(Measure.PRICED, 1);
        }
        long micros = generationMicros(attempt, record.stream());
        if (attempt.outcome() == Outcome.ANSWERED && micros > 0 && record.usage().completion() > 0) {
            sums.add(Measure.GENERATION_MICROS, micros);
            sums.add(Measure.TIMED_TOKENS, record.usage().completion());
        }
    }

    /** For how long its answer was written, in microseconds: from a stream's first token, or all of a plain one. */
    public static long generationMicros(AttemptRecord attempt, boolean stream) {
        return attempt.endedMicros() - (stream && attempt.contentMicros() >= 0 ? attempt.contentMicros()
                : attempt.beganMicros());
    }

    private void note(OfDeployment of, AttemptRecord attempt, RequestRecord record) {
        if (attempt.outcome() == Outcome.FAILED) {
            of.lastError = new LastError(attempt, record.id(), record.at() + attempt.endedMicros() / 1000);
        } else if (attempt.outcome() == Outcome.ANSWERED) {
            of.lastAnswerAt = clock.getAsLong();
        }
    }

    private OfDeployment of(String id) {
        OfDeployment known = byDeployment.get(id);
        if (known != null) {
            return known;
        }
        boolean room = byDeployment.size() < MOST_SERIES;
        return byDeployment.computeIfAbsent(id, fresh -> new OfDeployment(room ? none() : null));
    }

    /** Those of a deployment to which nothing has happened. */
    public Series none() {
        return new Series(5 * SECOND_MS, 120 * SECOND_MS, clock);
    }

    /** The whole gateway's. */
    public Series gateway() {
        return gateway;
    }

    /** That of a deployment; empty as long as it was not asked. */
    public Optional<OfDeployment> deployment(String id) {
        return Optional.ofNullable(byDeployment.get(id));
    }

    /** Forgets all other deployments. */
    public void keepOnly(Collection<String> ids) {
        byDeployment.keySet().retainAll(Set.copyOf(ids));
    }
}
