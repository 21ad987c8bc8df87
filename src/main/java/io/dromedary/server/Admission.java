package io.dromedary.server;

import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

import io.dromedary.client.ApiError;
import io.dromedary.client.OverdueSteps;

/**
 * Bounds the requests in flight whose key is right, counted from a request's head to the end of its answer. Camel
 * counts only those that have been uploaded. Beyond the bound, and once the gateway is ending, a request is refused at
 * once; those in flight go on.
 */
final class Admission {

    /** On Java 17 a request holds a thread of the pool; so many are left for paths that are always served. */
    private static final int THREADS_FOR_HEALTH = 16;
    private static final long RETRY_AFTER_SECONDS = 1;
    private static final long LOOK_AGAIN_NANOS = 20_000_000L;
    private static final String LIVENESS = "/health/live";
    private static final String READINESS = "/health/readiness";

    private final int most;
    private final Set<String> alwaysServed;
    private final OverdueSteps overdue;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger soFar = new AtomicInteger();
    private volatile boolean leaving;
    private volatile boolean draining;
    private volatile boolean ready = true;

    /**
     * @param alwaysServed paths that are served beyond the bound too
     * @param overdue      requests that are answered and still take a thread
     */
    Admission(int most, int threads, Set<String> alwaysServed, OverdueSteps overdue) {
        this.overdue = overdue;
        this.most = RequestThreads.virtual() ? most : Math.min(most, threads - THREADS_FOR_HEALTH);
        this.alwaysServed = alwaysServed;
    }

    /** Why no request to {@code path} is taken now, with the key or without; null while they are. */
    ApiError refuseAtEnd(String path) {
        if (draining && !path.startsWith(LIVENESS) || leaving && path.equals(READINESS)) {
            return ApiError.ending();
        }
        return !ready && path.equals(READINESS) ? ApiError.busy("The gateway is not ready yet: it rehearses",
                RETRY_AFTER_SECONDS) : null;
    }

    /** Whether readiness is answered, or refused. */
    void readiness(boolean now) {
        ready = now;
    }

    /**
     * Counts a request whose key is right; {@link #leave} must follow in any case. Returns why it is refused, or null.
     */
    ApiError enter(String path) {
        int now = inFlight.incrementAndGet();
        soFar.incrementAndGet();
        return now + overdue.count() > most && !alwaysServed.contains(path)
                ? ApiError.busy("The gateway serves as many requests as it may. Try again in a moment",
                RETRY_AFTER_SECONDS) : null;
    }

    int most() {
        return most;
    }

    int inFlight() {
        return inFlight.get();
    }

    /** How many have entered so far; may overflow. */
    int soFar() {
        return soFar.get();
    }

    void leave() {
        inFlight.decrementAndGet();
    }

    /** Readiness is refused from now on, so that nobody sends new requests; those that come are served. */
    void leaving() {
        leaving = true;
    }

    /** Whether the gateway is about to end: it refuses readiness, and perhaps new requests. */
    boolean isLeaving() {
        return leaving;
    }

    /** Returns after {@code ms}. */
    void stay(long ms) {
        waitUntil(() -> false, ms);
    }

    /** Refuses new requests from now on. */
    void refuse() {
        leaving = true;
        draining = true;
    }

    /** Waits for the requests in flight, at most {@code ms}; whether all have ended. */
    boolean drained(long ms) {
        waitUntil(() -> inFlight.get() == 0, ms);
        return inFlight.get() == 0;
    }

    private static void waitUntil(BooleanSupplier over, long ms) {
        long end = System.nanoTime() + ms * 1_000_000;
        while (!over.getAsBoolean() && end - System.nanoTime() > 0) {
            LockSupport.parkNanos(LOOK_AGAIN_NANOS);
        }
    }
}
