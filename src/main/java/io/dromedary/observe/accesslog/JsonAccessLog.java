package io.dromedary.observe.accesslog;

import java.util.List;

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

    @Override
    public void ended(RequestRecord record) {
        if (LOG.isInfo()) {
            LOG.info("{}", GatewayLog.own(line(record)));
        }
    }

    /** The line of that request. */
    static String line(RequestRecord record) {
        StringBuilder out = new StringBuilder(USUAL_LENGTH);
        AttemptRecord last = record.last();
        JsonLine line = new JsonLine(out)
                .number(LogField.TIMESTAMP.key(), record.at() + record.totalMicros() / 1000)
                .text(LogField.LEVEL.key(), "INFO")
                .text(LogField.LOGGER.key(), "dromedary.access")
                .text(LogField.ID.key(), record.id())
                .text(LogField.TRACE_ID.key(), record.trace() == null ? null : record.trace().traceId())
                .text(LogField.KEY.key(), record.key())
                .text(LogField.METHOD.key(), record.method())
                .text(LogField.PATH.key(), record.path())
                .text(LogField.OPERATION.key(), record.operation())
                .text(LogField.MODEL.key(), record.model());
        if (last != null) {
            line.text(LogField.GROUP.key(), last.group())
                    .text(LogField.DEPLOYMENT.key(), last.deployment())
                    .text(LogField.UPSTREAM_MODEL.key(), last.upstreamModel());
        }
        if (record.operation() != null) {
            line.flag(LogField.STREAM.key(), record.stream());
        }
        line.text(LogField.AFFINITY.key(), record.affinity()).number(LogField.STATUS.key(), record.status())
                .text(LogField.ERROR.key(), record.errorCode())
                .mark(LogField.CLIENT_GONE.key(), record.clientGone())
                .mark(LogField.BY_SERVER.key(), record.refused());
        if (!record.refused()) {
            measures(line, record);
        }
        line.texts(LogField.DROPPED.key(), record.dropped()).texts(LogField.LEFT_OUT.key(), record.leftOut());
        attempts(line, record.attempts());
        line.end();
        return out.toString();
    }

    private static void measures(JsonLine line, RequestRecord record) {
        line.ms(LogField.MS.key(), record.totalMicros())
                .ms(LogField.FIRST_TOKEN_MS.key(), record.contentMicros())
                .ms(LogField.OVERHEAD_MS.key(), record.overheadMicros());
        TokenUsage usage = record.usage();
        if (usage.told()) {
            line.number(LogField.PROMPT_TOKENS.key(), usage.prompt())
                    .number(LogField.COMPLETION_TOKENS.key(), usage.completion())
                    .number(LogField.CACHED_TOKENS.key(), usage.cached())
                    .number(LogField.REASONING_TOKENS.key(), usage.reasoning())
                    .mark(LogField.TOKENS_ESTIMATED.key(), usage.estimated());
        }
        if (record.cost() != null) {
            line.begin(LogField.COST.key()).append(record.cost().toPlainString());
        }
        if (record.cached() != null) {
            line.text(LogField.CACHE.key(), record.cached() ? "hit" : "miss");
        }
        line.number(LogField.BYTES_IN.key(), record.bytesIn()).number(LogField.BYTES_OUT.key(), record.bytesOut());
    }

    private static void attempts(JsonLine line, List<AttemptRecord> attempts) {
        if (attempts.isEmpty()) {
            return;
        }
        StringBuilder out = line.begin(LogField.ATTEMPTS.key()).append('[');
        for (int i = 0; i < Math.min(JsonLine.MOST, attempts.size()); i++) {
            if (i > 0) {
                out.append(',');
            }
            attempt(new JsonLine(out), attempts.get(i));
        }
        out.append(']');
    }

    private static void attempt(JsonLine line, AttemptRecord attempt) {
        line.text(LogField.OfAttempt.DEPLOYMENT.key(), attempt.deployment())
                .text(LogField.OfAttempt.GROUP.key(), attempt.group())
                .text(LogField.OfAttempt.UPSTREAM_MODEL.key(), attempt.upstreamModel())
                .text(LogField.OfAttempt.CHOICE.key(), LogField.word(attempt.choice()));
        if (attempt.fallback() > 0) {
            line.number(LogField.OfAttempt.FALLBACK.key(), attempt.fallback());
        }
        line.text(LogField.OfAttempt.OUTCOME.key(), LogField.word(attempt.outcome()))
                .text(LogField.OfAttempt.KIND.key(), attempt.kind() == null ? null : LogField.word(attempt.kind()))
                .text(LogField.OfAttempt.REASON.key(), attempt.reason());
        if (attempt.toldStatus() > 0) {
            line.number(LogField.OfAttempt.STATUS.key(), attempt.toldStatus());
        }
        line.ms(LogField.OfAttempt.BEGAN_MS.key(), attempt.beganMicros())
                .ms(LogField.OfAttempt.FIRST_TOKEN_MS.key(), attempt.contentMicros() < 0 ? -1
                        : attempt.contentMicros() - attempt.beganMicros())
                .ms(LogField.OfAttempt.MS.key(), attempt.endedMicros() - attempt.beganMicros())
                .end();
    }
}
