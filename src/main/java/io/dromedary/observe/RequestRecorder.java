package io.dromedary.observe;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import io.dromedary.attempt.Attempt;
import io.dromedary.attempt.RequestListener;
import io.dromedary.attempt.RequestRun;
import io.dromedary.cache.CacheUse;
import io.dromedary.client.ClientCall;
import io.dromedary.client.ClientKey;
import io.dromedary.client.TraceContext;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.TokenUsage;
import io.dromedary.log.GatewayLog;
import io.dromedary.log.LogValue;
import io.dromedary.observe.AttemptRecord.Choice;
import io.dromedary.observe.AttemptRecord.Outcome;

/** Makes the record of each request when it ends, and hands it to its readers, in their order. */
public final class RequestRecorder implements RequestListener {

    private static final GatewayLog LOG = GatewayLog.of(RequestRecorder.class);

    private static final int MOST_NAMES = 32;

    private final List<RecordReader> readers;

    /** @param readers who reads the records */
    public RequestRecorder(List<RecordReader> readers) {
        this.readers = List.copyOf(readers);
    }

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        long ended = System.nanoTime();
        List<AttemptRecord> attempts = run == null ? List.of() : attempts(call, run, ended);
        Attempt answering = run == null ? null : run.current();
        long content = answering == null || answering.contentNanos() == 0 ? -1
                : micros(answering.contentNanos() - call.startedNanos());
        long total = micros(ended - call.startedNanos());
        String model = run == null ? call.model() : run.plan().model();
        tell(new RequestRecord(call.id(), System.currentTimeMillis() - total / 1000, call.request().method().name(),
                cut(call.request().path()), false, ClientKey.of(call.request()), cut(model),
                run == null ? null : run.endpoint().name(), run != null && run.fields().stream(),
                run == null ? null : run.affinity(),
                call.gone() ? ClientCall.CLIENT_CLOSED_REQUEST : call.answer().status(), call.gone(),
                call.error() == null ? null : call.error().code(), attempts,
                run == null ? List.of() : cut(run.dropped()), run == null ? List.of() : run.leftOut(), total,
                content, Math.max(0, total - micros(call.uploadNanos()) - working(attempts)),
                answering == null ? TokenUsage.NONE : answering.usage(),
                cached(run) ? BigDecimal.ZERO : answering == null ? null : answering.cost(),
                call.request().bytesRead(), call.request().response().bytesWritten(),
                run == null || run.cacheUse().isEmpty() ? null : Boolean.valueOf(cached(run)), call.trace()));
    }

    @Override
    public void refused(String id, String method, String path, String key, int status, String errorCode,
            UnaryOperator<String> header) {
        tell(refusal(id, method, path, key, status, errorCode, null));
    }

    /** The record of a request that the server has answered before it came to a route. */
    public static RequestRecord refusal(String id, String method, String path, String key, int status,
            String errorCode, TraceContext trace) {
        return new RequestRecord(cut(id), System.currentTimeMillis(), cut(method), cut(path), true, key, null, null,
                false, null, status, false, errorCode, List.of(), List.of(), List.of(), 0, -1, 0, TokenUsage.NONE,
                null, 0, 0, null, trace);
    }

    /** What was paid for once costs nothing the second time. */
    private static boolean cached(RequestRun run) {
        return run != null && run.cacheUse().flatMap(CacheUse::hit).isPresent();
    }

    private void tell(RequestRecord record) {
        for (RecordReader reader : readers) {
            try {
                reader.ended(record);
            } catch (RuntimeException | LinkageError e) {
                LOG.error("A reader of requests has failed", e); // a team's own may; the answer must go on
            }
        }
    }

    private static List<AttemptRecord> attempts(ClientCall call, RequestRun run, long now) {
        List<AttemptRecord> records = new ArrayList<>(2);
        for (Attempt attempt : run.attempts()) {
            records.add(record(attempt, records, call, run, now));
        }
        return records;
    }

    private static AttemptRecord record(Attempt attempt, List<AttemptRecord> before, ClientCall call, RequestRun run,
            long now) {
        UpstreamFailed failure = attempt.failure();
        Outcome outcome = outcome(attempt, call, run);
        boolean failed = outcome == Outcome.FAILED || outcome == Outcome.PASSED_OVER;
        int status = outcome == Outcome.ANSWERED ? call.answer().status() : failed && failure != null
                ? failure.status() : 0;
        long began = attempt.askedNanos() == 0 ? attempt.startedNanos() : attempt.askedNanos();
        long end = attempt.askedNanos() == 0 ? began : attempt.endedNanos() == 0 ? now : attempt.endedNanos();
        return new AttemptRecord(attempt.deployment().id(), attempt.hop().model(), attempt.deployment().provider(),
                attempt.hop().upstreamModel(), choice(attempt, before), attempt.hop().fallback(), outcome,
                failed && failure != null ? failure.kind() : null,
                failed && failure != null ? cut(failure.getMessage()) : null, status,
                micros(began - call.startedNanos()),
                attempt.contentNanos() == 0 ? -1 : micros(attempt.contentNanos() - call.startedNanos()),
                micros(end - call.startedNanos()), attempt.spanId());
    }

    private static Choice choice(Attempt attempt, List<AttemptRecord> before) {
        if (attempt.isHedge()) {
            return Choice.HEDGE;
        }
        if (attempt.hop().retry()) {
            return Choice.RETRY;
        }
        int previous = before.isEmpty() ? 0 : before.get(before.size() - 1).fallback();
        if (attempt.hop().fallback() > 0 && (before.isEmpty() || previous != attempt.hop().fallback())) {
            return Choice.FALLBACK;
        }
        return before.isEmpty() ? Choice.FIRST : Choice.NEXT;
    }

    private static Outcome outcome(Attempt attempt, ClientCall call, RequestRun run) {
        if (attempt.lost()) {
            return Outcome.LOST;
        }
        if (attempt.failure() != null) {
            return attempt.askedNanos() == 0 ? Outcome.PASSED_OVER : Outcome.FAILED;
        }
        boolean whole = attempt.answered() || attempt == run.race().winner();
        return whole && !call.gone() && call.cut() == null ? Outcome.ANSWERED : Outcome.CANCELLED;
    }

    /** For how long a deployment was at work, in microseconds: attempts that overlap count once. */
    private static long working(List<AttemptRecord> attempts) {
        long sum = 0;
        long until = 0;
        for (AttemptRecord attempt : attempts) {
            long from = Math.max(until, attempt.beganMicros());
            sum += Math.max(0, attempt.endedMicros() - from);
            until = Math.max(until, attempt.endedMicros());
        }
        return sum;
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }

    /** A client may send thousands of parameters, whose names may be long. */
    private static List<String> cut(Set<String> names) {
        return names.isEmpty() ? List.of() : names.stream().limit(MOST_NAMES).map(RequestRecorder::cut).toList();
    }

    private static String cut(String text) {
        return text == null || text.length() <= LogValue.LONGEST ? text : text.substring(0, LogValue.LONGEST);
    }
}
