package io.dromedary.app.process;

import sun.misc.Signal;

import io.dromedary.log.GatewayLog;

/** Does something at SIGHUP, the signal by which servers are asked to read their configuration again. */
public final class ReloadSignal {

    private static final GatewayLog LOG = GatewayLog.of(ReloadSignal.class);

    private ReloadSignal() {
    }

    /**
     * From now on, {@code action} runs at each SIGHUP, on a thread of its own; never where a system has no such signal.
     */
    public static void runs(Runnable action) {
        try {
            Signal.handle(new Signal("HUP"), signal -> action.run());
        } catch (IllegalArgumentException e) {
            LOG.debug("No SIGHUP here", e);
        }
    }
}
