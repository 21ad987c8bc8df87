package io.dromedary.app.rehearsal;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

import com.sun.management.OperatingSystemMXBean;

import io.dromedary.log.GatewayLog;

/**
 * Runs what clients will ask through the gateway's code when it has started, so that Java has compiled it before they
 * come: a gateway that has served nothing yet takes a hundred times as long for a request. It has a thread, leaves the
 * processors to clients while there are any, and ends when the compilers have little left to do or its share of
 * processor time is spent. See {@link RehearsingGateway} for what it leaves alone.
 */
public final class Rehearsal implements AutoCloseable {

    private static final GatewayLog LOG = GatewayLog.of(Rehearsal.class);
    private static final long LOOK_AGAIN_MS = 20;
    /** After a client's request, another one is likely to follow. */
    private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long WINDOW_MS = 1000;
    /** Of a window: with less compiling than that, the rest comes with real requests. */
    private static final long SETTLED_MS = 50;
    /** Where clients never leave it in peace, it has no end of its own; they have warmed the gateway up by then. */
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final long END_MS = 5000;

    private final Path files;
    private final long mostCpuMs;
    private final long longestNanos;
    private final IntSupplier inFlight;
    private final IntSupplier soFar;
    private final Runnable whenOver;
    private final Thread thread = new Thread(this::run, "rehearsal");
    private int seen;
    private volatile boolean ended;
    private volatile boolean failed;

    /**
     * Prepares it; {@link #start} starts it.
     *
     * @param files       the folder with the shipped routes, and the rehearsal's models; without it there is none
     * @param mostCpuMs   processor time that the process may use meanwhile, in ms; 0 for no rehearsal
     * @param inFlight    how many requests of clients are in flight
     * @param soFar       how many there have been so far; may overflow
     * @param whenOver    runs once, when it is over, also if it has failed; not if it was ended
     */
    public Rehearsal(Path files, long mostCpuMs, IntSupplier inFlight, IntSupplier soFar, Runnable whenOver) {
        this(files, mostCpuMs, LONGEST, inFlight, soFar, whenOver);
    }

    /**
     * As the other one.
     *
     * @param longest after which time it is over, whatever clients do
     */
    public Rehearsal(Path files, long mostCpuMs, Duration longest, IntSupplier inFlight, IntSupplier soFar,
            Runnable whenOver) {
        this.files = files;
        this.mostCpuMs = mostCpuMs;
        this.longestNanos = longest.toNanos();
        this.inFlight = inFlight;
        this.soFar = soFar;
        this.whenOver = whenOver;
        thread.setDaemon(true);
    }

    /** Starts it, on a thread of its own. */
    public void start() {
        thread.start();
    }

    private void run() {
        try {
            if (mostCpuMs > 0 && Files.isDirectory(files)) {
                rehearse();
            }
        } catch (Exception | LinkageError e) {
            if (!ended) {
                failed = true;
                LOG.warn("The rehearsal has failed, and the first requests are slower for it: {}", e.toString());
            }
        } finally {
            if (!ended) {
                whenOver.run();
            }
        }
    }

    private void rehearse() throws Exception {
        long begin = System.nanoTime();
        long cpu = cpuMs();
        String key = "sk-" + UUID.randomUUID();
        String appKey = "sk-" + UUID.randomUUID();
        int asked = 0;
        awaitQuiet(begin);
        if (!goesOn(begin, cpu)) {
            return; // clients have never left it in peace
        }
        try (RehearsalUpstream upstream = RehearsalUpstream.start();
                RehearsingGateway gateway = new RehearsingGateway(files, upstream, key, appKey);
                RehearsalClient client = new RehearsalClient(gateway.port(), key, appKey)) {
            long window = System.nanoTime();
            long compiled = compileMs();
            while (goesOn(begin, cpu)) {
                boolean waited = awaitQuiet(begin);
                if (waited) {
                    client.close(); // its server may have closed a connection that was idle
                } else {
                    client.ask();
                    asked++;
                }
                if (waited || System.nanoTime() - window > TimeUnit.MILLISECONDS.toNanos(WINDOW_MS)) {
                    if (!waited && compileMs() - compiled < SETTLED_MS) {
                        break;
                    }
                    window = System.nanoTime();
                    compiled = compileMs();
                }
            }
        }
        if (!ended) {
            LOG.info("Rehearsed {} requests in {} ms, for {} ms of processor time", asked,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin), cpuMs() - cpu);
        }
    }

    private boolean goesOn(long begin, long cpu) {
        return !ended && cpuMs() - cpu < mostCpuMs && System.nanoTime() - begin < longestNanos;
    }

    /**
     * Returns when no client has asked anything for a moment; at once where none has since the last time.
     *
     * @return whether it waited
     */
    private boolean awaitQuiet(long begin) throws InterruptedException {
        if (inFlight.getAsInt() == 0 && soFar.getAsInt() == seen) {
            return false;
        }
        long quietSince = System.nanoTime();
        while (!ended && System.nanoTime() - quietSince < QUIET_NANOS && System.nanoTime() - begin < longestNanos) {
            if (inFlight.getAsInt() > 0 || soFar.getAsInt() != seen) {
                seen = soFar.getAsInt();
                quietSince = System.nanoTime();
            }
            Thread.sleep(LOOK_AGAIN_MS);
        }
        return true;
    }

    private static long cpuMs() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? TimeUnit.NANOSECONDS.toMillis(system.getProcessCpuTime())
                : TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private static long compileMs() {
        CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
        return compiler != null && compiler.isCompilationTimeMonitoringSupported()
                ? compiler.getTotalCompilationTime() : 0;
    }

    /** Whether it has ended by a fault, which the log tells. */
    public boolean hasFailed() {
        return failed;
    }

    /** No further request; waits for nothing. */
    public void end() {
        ended = true;
    }

    /** Ends it, and waits a moment until all of it is closed. */
    @Override
    public void close() {
        end();
        try {
            thread.join(END_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
