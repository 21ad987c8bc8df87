package io.dromedary.attempt;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.OptionalLong;
import javax.net.ssl.SSLException;

import io.dromedary.log.GatewayLog;

import io.dromedary.http.NoFreeConnection;
import io.dromedary.time.ClockExpired;

/**
 * Puts an exception of the upstream call into words for the client. An exception's own message may hold an internal
 * address, so it goes to the debug log only.
 */
public final class FailureReason {

    private static final GatewayLog LOG = GatewayLog.of(FailureReason.class);

    private FailureReason() {
    }

    /** The status that {@code failure} would have for the client if it were the last. */
    public static int statusOf(Throwable failure) {
        return of(failure).status();
    }

    public static AttemptFailed of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            AttemptFailed known = known(cause);
            if (known != null) {
                return known;
            }
        }
        LOG.debug("Attempt failed", failure);
        return AttemptFailed.unreadable("connection broken off");
    }

    private static AttemptFailed known(Throwable cause) {
        if (cause instanceof AttemptFailed failed) {
            return failed;
        }
        if (cause instanceof ClockExpired) {
            return timeout(cause.getMessage());
        }
        if (cause instanceof NoFreeConnection) {
            return timeout("no free connection in the gateway's pool");
        }
        if (cause instanceof SocketTimeoutException) {
            return timeout("no connection in time");
        }
        if (cause instanceof UnknownHostException) {
            return AttemptFailed.unreachable("host name not found");
        }
        if (cause instanceof NoRouteToHostException) {
            return AttemptFailed.unreachable("no route to host");
        }
        if (cause instanceof ConnectException) {
            return AttemptFailed.unreachable("connection refused");
        }
        return cause instanceof SSLException ? AttemptFailed.unreachable("no TLS connection") : null;
    }

    private static AttemptFailed timeout(String message) {
        return new AttemptFailed(504, "server_error", "upstream_timeout", message, true, OptionalLong.empty());
    }
}
