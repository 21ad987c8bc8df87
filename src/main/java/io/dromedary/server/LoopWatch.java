package io.dromedary.server;

import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

import io.netty.util.concurrent.EventExecutor;

/** Looks twice a second how late an event loop is: all of its clients wait for as long. Ends with the loop. */
final class LoopWatch {

    private static final long EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final EventExecutor loop;
    private final LongConsumer reader;

    /** @param reader takes how late it is, in ns */
    LoopWatch(EventExecutor loop, LongConsumer reader) {
        this.loop = loop;
        this.reader = reader;
    }

    void start() {
        long due = System.nanoTime() + EVERY_NANOS;
        if (!loop.isShuttingDown()) {
            loop.schedule(() -> {
                reader.accept(Math.max(0, System.nanoTime() - due));
                start();
            }, EVERY_NANOS, TimeUnit.NANOSECONDS);
        }
    }
}
