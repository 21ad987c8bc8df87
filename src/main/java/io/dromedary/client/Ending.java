package io.dromedary.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;

import io.dromedary.http.NoFreeConnection;
import io.dromedary.log.GatewayLog;
import io.dromedary.time.ClockExpired;

/**
 * Why an attempt, or the whole request, ended without the answer that was asked for. Thrown as it is by whoever finds
 * out, and found again in whatever wraps it by {@link #of}, the one place that looks through causes. Messages are fit
 * for clients: no address, no key.
 */
public abstract sealed class Ending extends RuntimeException
        permits ApiError, ClientGone, GatewayFailed, HedgeLost, RouteStepError, UpstreamFailed {

    private static final GatewayLog LOG = GatewayLog.of(Ending.class);

    /** Without a stack trace: an expected course of a request, made with many requests when an upstream is down. */
    Ending(String message) {
        super(message, null, false, false);
    }

    /** With a stack trace, for what is a defect. */
    Ending(String message, Throwable cause) {
        super(message, cause);
    }

    /** Whether a circuit breaker counts it as a failure of the deployment. */
    public abstract boolean counts();

    /**
     * The ending that {@code failure} is, was caused by, or amounts to: a transport's exception is a failure of the
     * upstream, anything else that no step meant to throw is one of the gateway. An exception's own message may hold an
     * internal address, so it goes to the debug log only.
     */
    public static Ending of(Throwable failure) {
        IOException transport = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Ending ending) {
                return ending;
            }
            UpstreamFailed known = cause instanceof IOException io ? known(io) : null;
            if (known != null) {
                return known;
            }
            transport = transport == null && cause instanceof IOException io ? io : transport;
        }
        if (transport != null) {
            LOG.debug("An upstream's connection failed", failure);
            return new UpstreamFailed(FailureKind.BROKEN_OFF, "connection broken off");
        }
        return new GatewayFailed(failure);
    }

    private static FailureKind kindOf(ClockExpired expired) {
        return switch (expired.clock()) {
            case TOTAL -> FailureKind.OUT_OF_TIME;
            case IDLE -> FailureKind.SILENT;
            default -> expired.ofRequest() ? FailureKind.OWN_CLOCK : FailureKind.TIMEOUT;
        };
    }

    private static UpstreamFailed known(IOException cause) {
        if (cause instanceof ClockExpired expired) {
            return new UpstreamFailed(kindOf(expired), expired.getMessage());
        }
        if (cause instanceof NoFreeConnection) {
            return new UpstreamFailed(FailureKind.BUSY, "no free connection in the gateway's pool");
        }
        if (cause instanceof SocketTimeoutException) {
            return new UpstreamFailed(FailureKind.TIMEOUT, "no connection in time");
        }
        if (cause instanceof UnknownHostException) {
            return new UpstreamFailed(FailureKind.UNREACHABLE, "host name not found");
        }
        if (cause instanceof NoRouteToHostException) {
            return new UpstreamFailed(FailureKind.UNREACHABLE, "no route to host");
        }
        if (cause instanceof ConnectException) {
            return new UpstreamFailed(FailureKind.UNREACHABLE, "connection refused");
        }
        return cause instanceof SSLException ? new UpstreamFailed(FailureKind.UNREACHABLE, "no TLS connection") : null;
    }
}
