package io.dromedary.client;

/**
 * Something failed in the gateway that no step meant to throw. The client gets a 500 that tells nothing but the call's
 * id; the log has the cause. No breaker counts it, and no other deployment is asked: it would meet the same.
 */
public final class GatewayFailed extends Ending {

    /** @param cause what failed */
    public GatewayFailed(Throwable cause) {
        super("the gateway failed", cause);
    }

    @Override
    public boolean counts() {
        return false;
    }
}
