package io.dromedary.answer;

import io.dromedary.log.GatewayLog;
import io.dromedary.log.LogValue;

import io.dromedary.attempt.RequestRun;
import io.dromedary.client.ClientCall;

/**
 * One line a request: call id, method and path, model, deployment, attempts with their reasons, status, ms, and whether the
 * client left. Never a header, a query, a body or a key. Written when the exchange is done, so a stream's line comes at its
 * end.
 */
public final class AccessLog {

    private static final GatewayLog LOG = GatewayLog.named("dromedary.access");

    private AccessLog() {
    }

    /**
     * Writes the line of a request.
     *
     * @param attempts null where the request never got that far
     */
    public static void write(ClientCall call, RequestRun attempts) {
        if (!LOG.isInfo()) {
            return;
        }
        StringBuilder line = new StringBuilder(160);
        line.append(call.id()).append(' ').append(LogValue.word(call.request().method().name())).append(' ').append(LogValue.word(call.request().path()));
        if (attempts != null) {
            line.append(" model=").append(LogValue.quoted(attempts.plan().model()));
            if (attempts.current() != null) {
                line.append(" deployment=").append(LogValue.quoted(attempts.current().deployment().id()))
                        .append(" group=").append(LogValue.quoted(attempts.current().hop().model()));
            }
            line.append(" attempts=").append(attempts.made());
            if (attempts.race().hedged()) {
                line.append(" hedged");
            }
            if (!attempts.failures().isEmpty()) {
                line.append(" failed=").append(LogValue.quoted(attempts.reasons()));
            }
            if (!attempts.dropped().isEmpty()) {
                line.append(" dropped=").append(LogValue.quoted(String.join(",", attempts.dropped())));
            }
        }
        line.append(" status=").append(call.gone() ? 499 : call.answer().status()).append(" ms=").append(call.elapsedMs());
        if (call.gone()) {
            line.append(" client-gone");
        }
        LOG.info("{}", GatewayLog.own(line.toString()));
    }

    /** Writes the line of a request that the server answered before it reached a route. */
    public static void refused(String id, String method, String path, int status) {
        LOG.info("{} {} {} status={} refused", id, method, path, status);
    }
}
