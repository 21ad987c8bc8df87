package io.dromedary.answer;

import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import io.dromedary.attempt.Attempts;
import io.dromedary.request.ClientCall;

/**
 * One line a request: call id, method and path, model, deployment, attempts with their reasons, status, ms, and whether the
 * client left. Never a header, a query, a body or a key. Written when the exchange is done, so a stream's line comes at its
 * end.
 */
public final class AccessLog {

    private static final Logger LOG = LoggerFactory.getLogger("dromedary.access");

    private AccessLog() {
    }

    /** Writes the line of that exchange. */
    public static void write(Exchange exchange) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        ClientCall call = ClientCall.of(exchange);
        Attempts attempts = Attempts.of(exchange);
        StringBuilder line = new StringBuilder(160);
        line.append(call.id()).append(' ').append(call.request().method()).append(' ').append(call.request().path());
        if (attempts != null) {
            line.append(" model=").append(quoted(attempts.plan().model()));
            if (attempts.current() != null) {
                line.append(" deployment=").append(quoted(attempts.current().deployment().id()))
                        .append(" group=").append(quoted(attempts.current().hop().model()));
            }
            line.append(" attempts=").append(attempts.made());
            if (attempts.race().hedged()) {
                line.append(" hedged");
            }
            if (!attempts.failures().isEmpty()) {
                line.append(" failed=").append(quoted(attempts.reasons()));
            }
            if (!attempts.dropped().isEmpty()) {
                line.append(" dropped=").append(quoted(String.join(",", attempts.dropped())));
            }
        }
        line.append(" status=").append(call.gone() ? 499 : call.status()).append(" ms=").append(call.elapsedMs());
        if (call.gone()) {
            line.append(" client-gone");
        }
        LOG.info(line.toString());
    }

    /** Writes the line of a request that the server answered before it reached a route. */
    public static void refused(String id, String method, String path, int status) {
        LOG.info("{} {} {} status={} refused", id, method, path, status);
    }

    /** What comes from clients and upstreams may hold line breaks and quotes; a line of log is one line. */
    private static String quoted(String text) {
        StringBuilder out = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (Character.isISOControl(c) || c == 0x2028 || c == 0x2029) {
                out.append(' ');
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }
}
