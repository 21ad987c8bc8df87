package io.dromedary.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/** Does something at SIGHUP, the signal by which servers are asked to read their configuration again. */
final class HangUp {

    private static final Logger LOG = LoggerFactory.getLogger(HangUp.class);

    private HangUp() {
    }

    /** From now on, {@code action} runs at each SIGHUP, on a thread of its own; never where a system has no such signal. */
    static void runs(Runnable action) {
        try {
            Signal.handle(new Signal("HUP"), signal -> action.run());
        } catch (IllegalArgumentException e) {
            LOG.debug("No SIGHUP here", e);
        }
    }
}
