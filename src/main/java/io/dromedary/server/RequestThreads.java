package io.dromedary.server;

import java.lang.reflect.Method;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

import io.vertx.core.spi.ExecutorServiceFactory;

/**
 * The threads on which requests are worked: a virtual thread each from JDK 21 on, else a pool. Asked for by reflection,
 * because release 17 cannot name virtual threads (JEP 444); the one class that does so.
 */
final class RequestThreads {

    /** How many threads carry virtual ones; described at {@link Thread}, and read once. */
    private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";
    /** From here on a virtual thread that waits in a {@code synchronized} block lets its carrier go (JEP 491). */
    private static final int NEVER_HELD_BY_MONITORS = 24;

    private RequestThreads() {
    }

    /** Whether this Java has virtual threads. */
    static boolean virtual() {
        return Runtime.version().feature() >= 21;
    }

    /**
     * What Vert.x makes its worker pools with. From Java 24 on, virtual threads are carried by half as many threads as
     * there are processors unless a system property says otherwise: the event loops have about half of the work, and a
     * carrier that has nothing to do has to be woken for each request. The property is read when the first virtual
     * thread is made, so this must come before.
     */
    static ExecutorServiceFactory factory() {
        if (Runtime.version().feature() >= NEVER_HELD_BY_MONITORS && System.getProperty(CARRIERS) == null) {
            System.setProperty(CARRIERS, String.valueOf(Math.max(1, Runtime.getRuntime().availableProcessors() / 2)));
        }
        return virtual() ? (threads, concurrency, most) -> virtualThreads() : ExecutorServiceFactory.INSTANCE;
    }

    private static ExecutorService virtualThreads() {
        try {
            Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
            Class<?> type = Class.forName("java.lang.Thread$Builder$OfVirtual");
            builder = type.getMethod("name", String.class, long.class).invoke(builder, "request-", 0L);
            ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
            Method perTask = Executors.class.getMethod("newThreadPerTaskExecutor", ThreadFactory.class);
            return (ExecutorService) perTask.invoke(null, factory);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("Java " + Runtime.version() + " should have virtual threads", e);
        }
    }
}
