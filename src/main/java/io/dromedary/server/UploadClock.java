package io.dromedary.server;

import java.util.function.Consumer;

import io.vertx.core.Vertx;

/** Watches that a body comes: not slower than it may, and not for longer. Used on the request's event loop only. */
final class UploadClock {

    private final Vertx vertx;
    private final BodyLimits limits;
    private final Consumer<String> late;
    private long left;
    private long came;
    private long timer = -1;
    private boolean over;

    /** @param late is told why the body is given up, once */
    UploadClock(Vertx vertx, BodyLimits limits, Consumer<String> late) {
        this.vertx = vertx;
        this.limits = limits;
        this.late = late;
        this.left = limits.totalMs();
    }

    /**
     * Looks at it from now on. Most bodies come in the same read as their head: then they are there before the event
     * loop's next task, and no timer is set.
     */
    void start() {
        vertx.runOnContext(next -> {
            if (!over) {
                look();
            }
        });
    }

    private void look() {
        long ms = Math.max(1, Math.min(limits.silenceMs(), left));
        timer = vertx.setTimer(ms, expired -> {
            timer = -1;
            left -= ms;
            if (left <= 0) {
                late.accept("The body did not come within " + limits.totalMs() + " ms");
            } else if (came < limits.leastIn(ms)) {
                late.accept(came == 0 ? "Nothing of the body came within " + ms + " ms"
                        : "The body comes slower than " + limits.bytesPerSecond() + " bytes a second");
            } else {
                came = 0;
                look();
            }
        });
    }

    /** So many bytes have come. */
    void came(int bytes) {
        came += bytes;
    }

    /** The body is whole, or nobody waits for it any more. */
    void stop() {
        over = true;
        if (timer >= 0) {
            vertx.cancelTimer(timer);
            timer = -1;
        }
    }
}
