package io.dromedary.request;

/**
 * A step of a route author's has left something that cannot be sent. It is nobody's failure upstream, so no breaker counts it and no other
 * deployment is asked: the client gets a 500, the log the rest.
 */
public final class RouteStepError extends RuntimeException {

    /** @param message what was left, and what should have been */
    public RouteStepError(String message) {
        super(message);
    }
}
