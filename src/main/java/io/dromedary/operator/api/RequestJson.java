package io.dromedary.operator.api;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.RequestRecord;
import io.dromedary.observe.recent.LiveRequests;
import io.dromedary.observe.recent.RecentRequests;
import io.dromedary.observe.traffic.Traffic;

/** Requests as the page shows them. */
final class RequestJson {

    private RequestJson() {
    }

    /** A line of a table. */
    static Map<String, Object> row(RecentRequests.Seen seen) {
        return fields(seen).map();
    }

    private static Fields fields(RecentRequests.Seen seen) {
        RequestRecord record = seen.record();
        AttemptRecord last = record.last();
        return new Fields().put("number", seen.number()).put("id", record.id()).put("at", record.at())
                .put("endedAt", record.at() + record.totalMicros() / 1000).put("method", record.method())
                .put("path", record.path()).put("refused", record.refused()).put("key", record.key())
                .put("model", record.model()).put("operation", record.operation()).put("stream", record.stream())
                .put("status", record.status()).put("clientGone", record.clientGone())
                .put("error", record.errorCode()).put("group", last == null ? null : last.group())
                .put("deployment", last == null ? null : last.deployment())
                .put("provider", last == null ? null : last.provider())
                .put("upstreamModel", last == null ? null : last.upstreamModel()).put("attempts", record.asked())
                .put("fallback", RecentRequests.fellBack(record)).put("hedged", record.hedged())
                .put("totalMs", Fields.ms(record.totalMicros()))
                .put("firstTokenMs", record.stream() ? Fields.ms(record.contentMicros()) : null)
                .put("overheadMs", Fields.ms(record.overheadMicros())).put("promptTokens", record.usage().prompt())
                .put("completionTokens", record.usage().completion())
                .put("tokensEstimated", record.usage().estimated()).put("speed", speed(record, last))
                .put("costUsd", record.cost()).put("bytesIn", record.bytesIn()).put("bytesOut", record.bytesOut())
                .put("cached", record.cached()).put("why", why(record));
    }

    private static Double speed(RequestRecord record, AttemptRecord last) {
        if (last == null || last.outcome() != AttemptRecord.Outcome.ANSWERED || record.usage().completion() == 0) {
            return null;
        }
        long micros = Traffic.generationMicros(last, record.stream());
        return micros <= 0 ? null : Math.round(record.usage().completion() * 1e7 / micros) / 10.0;
    }

    private static String why(RequestRecord record) {
        String why = Stream.concat(record.attempts().stream().filter(attempt -> attempt.kind() != null)
                .map(attempt -> attempt.group() + ": " + attempt.reason()), record.leftOut().stream())
                .collect(Collectors.joining("; "));
        return why.isEmpty() ? record.errorCode() : why;
    }

    /** All that is known of one. */
    static Map<String, Object> whole(RecentRequests.Seen seen) {
        RequestRecord record = seen.record();
        return fields(seen).put("cachedTokens", record.usage().cached())
                .put("reasoningTokens", record.usage().reasoning()).put("dropped", record.dropped())
                .put("leftOut", record.leftOut()).put("headers", headers(record))
                .put("timeline", record.attempts().stream().map(RequestJson::attempt).toList())
                .put("replay", new Fields().put("method", record.method()).put("path", record.path())
                        .put("model", record.model()).put("stream", record.stream())
                        .put("operation", record.operation()).map()).map();
    }

    /** Those of the answer's headers that the record tells. */
    private static Map<String, Object> headers(RequestRecord record) {
        Fields headers = new Fields().put("x-litellm-call-id", record.id());
        AttemptRecord last = record.last();
        if (last != null && last.outcome() == AttemptRecord.Outcome.ANSWERED) {
            headers.put("x-litellm-model-id", last.deployment()).put("x-litellm-model-group", last.group())
                    .put("x-litellm-attempted-fallbacks", String.valueOf(last.fallback()));
        }
        if (record.affinity() != null) {
            headers.put("x-litellm-affinity", record.affinity());
        }
        if (!record.dropped().isEmpty()) {
            headers.put("x-dromedary-dropped-params", String.join(",", record.dropped()));
        }
        return headers.map();
    }

    private static Map<String, Object> attempt(AttemptRecord attempt) {
        return new Fields().put("deployment", attempt.deployment()).put("group", attempt.group())
                .put("provider", attempt.provider()).put("upstreamModel", attempt.upstreamModel())
                .put("choice", word(attempt.choice())).put("choiceText", text(attempt.choice()))
                .put("fallback", attempt.fallback()).put("outcome", word(attempt.outcome()))
                .put("kind", attempt.kind() == null ? null : attempt.kind().name()).put("reason", attempt.reason())
                .put("status", attempt.toldStatus() == 0 ? null : attempt.toldStatus())
                .put("beganMs", Fields.ms(attempt.beganMicros()))
                .put("firstTokenMs", Fields.ms(attempt.contentMicros()))
                .put("endedMs", Fields.ms(attempt.endedMicros())).map();
    }

    /** {@code PASSED_OVER} is {@code passed-over}. */
    static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String text(AttemptRecord.Choice choice) {
        return switch (choice) {
            case FIRST -> "first of the group that was asked";
            case NEXT -> "next of the same group";
            case RETRY -> "the same once more, after a pause";
            case FALLBACK -> "its group stands in for the one before";
            case HEDGE -> "asked beside the one before, whose first token was late";
        };
    }

    /** Requests in flight, the oldest of them one by one. */
    static Map<String, Object> inFlight(LiveRequests live, int most) {
        List<Map<String, Object>> list = live.oldest(most).stream().map(each -> new Fields().put("id", each.id())
                .put("at", each.at()).put("ageMs", each.ageMs()).put("path", each.path()).put("model", each.model())
                .put("operation", each.operation()).put("stream", each.stream()).put("group", each.group())
                .put("deployment", each.deployment()).put("attempts", each.attempts())
                .put("firstTokenMs", Fields.ms(each.contentMicros())).map()).toList();
        return new Fields().put("count", live.count()).put("streams", live.streams()).put("list", list).map();
    }
}
