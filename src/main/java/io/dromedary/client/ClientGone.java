package io.dromedary.client;

/**
 * The client has left, or reads so slowly that it was dropped. Nobody's fault upstream: the breaker counts it neither as a
 * failure nor as a success, and no other deployment is asked.
 */
public final class ClientGone extends RuntimeException {

    /** @param message how it left, for the log */
    public ClientGone(String message) {
        super(message, null, false, false);
    }

    /** Whether {@code failure} is one, or was caused by one. */
    public static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ClientGone) {
                return true;
            }
        }
        return false;
    }
}
