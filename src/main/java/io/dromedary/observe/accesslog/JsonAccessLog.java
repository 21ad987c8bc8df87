package io.dromedary.observe.accesslog;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.ObjIntConsumer;

import io.dromedary.json.TokenUsage;
import io.dromedary.log.GatewayLog;
import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.RecordReader;
import io.dromedary.observe.RequestRecord;

/**
 * One line of JSON a request, for whoever collects a container's output: the fields of {@link LogField}. Never a
 * header, a query, a prompt, an answer or a key.
 */
public final class JsonAccessLog implements RecordReader {

    private static final GatewayLog LOG = GatewayLog.named("dromedary.access");
    private static final int USUAL_LENGTH = 1024;

    private final ObjIntConsumer<byte[]> lines;

    /** Writes to the gateway's output. */
    public JsonAccessLog() {
        this(LOG::wholeLine);
    }

    /**
     * Writes elsewhere.
     *
     * @param lines takes each line with its line feed: an array, which is its own from then on, and the line's length
     */
    public JsonAccessLog(ObjIntConsumer<byte[]> lines) {
        this.lines = lines;
    }

    @Override
    public void ended(RequestRecord record) {
        if (LOG.isInfo()) {
            LineBytes line = written(record);
            line.add('\n');
            lines.accept(line.array(), line.length());
        }
    }

    /** The line of that request, without its end. */
    static String line(RequestRecord record) {
        return written(record).toString();
    }

    private static LineBytes written(RequestRecord record) {
        LineBytes out = new LineBytes(USUAL_LENGTH);
        AttemptRecord last = record.last();
        JsonLine line = new JsonLine(out)
                .number(LogField.TIMESTAMP, record.at() + record.totalMicros() / 1000)
                .text(LogField.LEVEL, "INFO")
                .text(LogField.LOGGER, "dromedary.access")
                .text(LogField.ID, record.id())
                .text(LogField.TRACE_ID, record.trace() == null ? null : record.trace().traceId())
                .text(LogField.KEY, record.key())
                .text(LogField.METHOD, record.method())
                .text(LogField.PATH, record.path())
                .text(LogField.OPERATION, record.operation())
                .text(LogField.MODEL, record.model());
        if (last != null) {
            line.text(LogField.GROUP, last.group())
                    .text(LogField.DEPLOYMENT, last.deployment())
                    .text(LogField.UPSTREAM_MODEL, last.upstreamModel());
        }
        if (record.operation() != null) {
            line.flag(LogField.STREAM, record.stream());
        }
        line.text(LogField.AFFINITY, record.affinity()).number(LogField.STATUS, record.status())
                .text(LogField.ERROR, record.errorCode())
                .mark(LogField.CLIENT_GONE, record.clientGone())
                .mark(LogField.BY_SERVER, record.refused());
        if (!record.refused()) {
            measures(line, record);
        }
        line.texts(LogField.DROPPED, record.dropped()).texts(LogField.LEFT_OUT, record.leftOut());
        attempts(line, record.attempts());
        line.end();
        return out;
    }

    private static void measures(JsonLine line, RequestRecord record) {
        line.ms(LogField.MS, record.totalMicros())
                .ms(LogField.FIRST_TOKEN_MS, record.contentMicros())
                .ms(LogField.OVERHEAD_MS, record.overheadMicros());
        TokenUsage usage = record.usage();
        if (usage.told()) {
            line.number(LogField.PROMPT_TOKENS, usage.prompt())
                    .number(LogField.COMPLETION_TOKENS, usage.completion())
                    .number(LogField.CACHED_TOKENS, usage.cached())
                    .number(LogField.REASONING_TOKENS, usage.reasoning())
                    .mark(LogField.TOKENS_ESTIMATED, usage.estimated());
        }
        if (record.cost() != null) {
            line.begin(LogField.COST)
                    .add(record.cost().toPlainString().getBytes(StandardCharsets.US_ASCII));
        }
        if (record.cached() != null) {
            line.text(LogField.CACHE, record.cached() ? "hit" : "miss");
        }
        line.number(LogField.BYTES_IN, record.bytesIn()).number(LogField.BYTES_OUT, record.bytesOut());
    }

    private static void attempts(JsonLine line, List<AttemptRecord> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        LineBytes out = line.begin(LogField.ATTEMPTS);
        out.add('[');
        for (int i = 0; i < Math.min(JsonLine.MOST, attempts.size()); i++) {
            if (i > 0) {
                out.add(',');
            }
            attempt(new JsonLine(out), attempts.get(i));
        }
        out.add(']');
    }

    private static void attempt(JsonLine line, AttemptRecord attempt) {
        line.text(LogField.OfAttempt.DEPLOYMENT, attempt.deployment())
                .text(LogField.OfAttempt.GROUP, attempt.group())
                .text(LogField.OfAttempt.UPSTREAM_MODEL, attempt.upstreamModel())
                .text(LogField.OfAttempt.CHOICE, LogField.word(attempt.choice()));
        if (attempt.fallback() > 0) {
            line.number(LogField.OfAttempt.FALLBACK, attempt.fallback());
        }
        line.text(LogField.OfAttempt.OUTCOME, LogField.word(attempt.outcome()))
                .text(LogField.OfAttempt.KIND, attempt.kind() == null ? null : LogField.word(attempt.kind()))
                .text(LogField.OfAttempt.REASON, attempt.reason());
        if (attempt.toldStatus() > 0) {
            line.number(LogField.OfAttempt.STATUS, attempt.toldStatus());
        }
        line.ms(LogField.OfAttempt.BEGAN_MS, attempt.beganMicros())
                .ms(LogField.OfAttempt.FIRST_TOKEN_MS, attempt.contentMicros() < 0 ? -1
                        : attempt.contentMicros() - attempt.beganMicros())
                .ms(LogField.OfAttempt.MS, attempt.endedMicros() - attempt.beganMicros())
                .end();
    }
}
