package io.dromedary.client;

/**
 * An attempt ends because another one of the same request has had the first token. Nobody has failed: no breaker counts
 * it, and the client has its answer.
 */
public final class HedgeLost extends Ending {

    /** Made with each attempt that ends so. */
    public HedgeLost() {
        super("another attempt had the first token");
    }

    @Override
    public boolean counts() {
        return false;
    }
}
