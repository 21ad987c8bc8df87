package io.dromedary.client;

/**
 * A step of a route author's has left something that cannot be sent. It is no failure of an upstream, so no breaker
 * counts it and no other deployment is asked: the client gets a 500, and the log has the rest.
 */
public final class RouteStepError extends Ending {

    /** @param message what was left, and what should have been */
    public RouteStepError(String message) {
        super(message, null);
    }

    @Override
    public boolean counts() {
        return false;
    }
}
