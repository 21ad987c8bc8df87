package io.dromedary.client;

/**
 * The client has left, or reads so slowly that it was dropped. No upstream has failed: the breaker counts it neither as
 * a failure nor as a success, and no other deployment is asked.
 */
public final class ClientGone extends Ending {

    /** @param message how it left, for the log */
    public ClientGone(String message) {
        super(message);
    }

    @Override
    public boolean counts() {
        return false;
    }
}
