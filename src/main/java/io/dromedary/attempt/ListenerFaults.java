package io.dromedary.attempt;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.dromedary.log.GatewayLog;

/** Tells the log of listeners that throw, of each kind once a minute: one may throw at each request. */
final class ListenerFaults {

    private static final GatewayLog LOG = GatewayLog.of(RequestEvents.class);
    private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Map<Class<?>, Long> toldNanos = new ConcurrentHashMap<>();

    private ListenerFaults() {
    }

    /** One that has told of none. */
    static ListenerFaults fresh() {
        return new ListenerFaults();
    }

    /** A listener has thrown {@code fault}. */
    void tell(RequestListener listener, Throwable fault) {
        long now = System.nanoTime();
        boolean[] due = {false};
        toldNanos.compute(listener.getClass(), (type, last) -> {
            due[0] = last == null || now - last > QUIET_NANOS;
            return due[0] ? Long.valueOf(now) : last;
        });
        if (due[0]) {
            LOG.error("The listener {} has failed. The others are told all the same, and the request goes on. This is "
                    + "told once a minute at most", listener.getClass().getName(), fault);
        }
    }
}
