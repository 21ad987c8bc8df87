package io.dromedary.observe;

import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.dromedary.client.ClientKey;
import io.dromedary.log.GatewayLog;
import io.dromedary.log.LogValue;

/**
 * One line a request: call id, method and path, the alias of an app's key, model, deployment, each attempt with its
 * reason, status, ms, and whether the client left. Never a header, a query, a body or a key. Written when the exchange
 * is done, so a stream's line comes at its end.
 */
public final class AccessLog implements RecordReader {

    private static final GatewayLog LOG = GatewayLog.named("dromedary.access");

    @Override
    public void ended(RequestRecord record) {
        if (!LOG.isInfo()) {
            return;
        }
        StringBuilder line = new StringBuilder(160);
        line.append(LogValue.word(record.id())).append(' ').append(LogValue.word(record.method())).append(' ')
                .append(LogValue.word(record.path()));
        if (record.key() != null && !record.key().equals(ClientKey.MASTER)) {
            line.append(" key=").append(LogValue.quoted(record.key()));
        }
        if (record.model() != null || record.operation() != null) {
            line.append(" model=").append(LogValue.quoted(record.model()));
        }
        if (record.operation() != null) {
            appendRun(line, record);
        }
        line.append(" status=").append(record.status());
        if (record.refused()) {
            line.append(record.status() < 400 ? " by-server" : " refused");
        } else {
            line.append(" ms=").append(record.totalMicros() / 1000);
        }
        if (record.clientGone()) {
            line.append(" client-gone");
        }
        LOG.info("{}", GatewayLog.own(line.toString()));
    }

    private static void appendRun(StringBuilder line, RequestRecord record) {
        AttemptRecord last = record.last();
        if (last != null) {
            line.append(" deployment=").append(LogValue.quoted(last.deployment())).append(" group=")
                    .append(LogValue.quoted(last.group()));
        }
        line.append(" attempts=").append(record.asked());
        if (record.cached() != null) {
            line.append(record.cached() ? " cache=hit" : " cache=miss");
        }
        if (record.hedged()) {
            line.append(" hedged");
        }
        String failed = Stream.concat(record.attempts().stream().filter(attempt -> attempt.kind() != null)
                .map(attempt -> attempt.group() + ": " + attempt.reason()), record.leftOut().stream())
                .collect(Collectors.joining("; "));
        if (!failed.isEmpty()) {
            line.append(" failed=").append(LogValue.quoted(failed));
        }
        if (!record.dropped().isEmpty()) {
            line.append(" dropped=").append(LogValue.quoted(String.join(",", record.dropped())));
        }
    }
}
