package io.dromedary.observe;

import io.dromedary.attempt.RequestListener;
import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;
import io.dromedary.log.GatewayLog;
import io.dromedary.log.LogValue;

/**
 * One line a request: call id, method and path, model, deployment, each attempt with its reason, status, ms, and
 * whether the client left. Never a header, a query, a body or a key. Written when the exchange is done, so a stream's
 * line comes at its end.
 */
public final class AccessLog implements RequestListener {

    private static final GatewayLog LOG = GatewayLog.named("dromedary.access");

    @Override
    public void requestEnded(ClientCall call, RequestRun run) {
        if (!LOG.isInfo()) {
            return;
        }
        StringBuilder line = new StringBuilder(160);
        line.append(call.id()).append(' ').append(LogValue.word(call.request().method().name())).append(' ')
                .append(LogValue.word(call.request().path()));
        if (run != null) {
            line.append(" model=").append(LogValue.quoted(run.plan().model()));
            if (run.current() != null) {
                line.append(" deployment=").append(LogValue.quoted(run.current().deployment().id()))
                        .append(" group=").append(LogValue.quoted(run.current().hop().model()));
            }
            line.append(" attempts=").append(run.made());
            if (run.race().hedged()) {
                line.append(" hedged");
            }
            if (!run.failures().isEmpty()) {
                line.append(" failed=").append(LogValue.quoted(run.reasons()));
            }
            if (!run.dropped().isEmpty()) {
                line.append(" dropped=").append(LogValue.quoted(String.join(",", run.dropped())));
            }
        }
        line.append(" status=").append(call.gone() ? 499 : call.answer().status()).append(" ms=")
                .append(call.elapsedMs());
        if (call.gone()) {
            line.append(" client-gone");
        }
        LOG.info("{}", GatewayLog.own(line.toString()));
    }

    @Override
    public void refused(String id, String method, String path, int status) {
        String how = status < 400 ? "by-server" : "refused";
        LOG.info("{} {} {} status={} {}", id, method, path, status, how);
    }
}
