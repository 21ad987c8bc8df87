package io.dromedary.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a run is made.
 *
 * @param root    the checkout
 * @param rounds  how often each target has its turn
 * @param seconds how long a turn of plain load is
 * @param warmUp  least seconds of load before anything is measured, for the JVM's compilers
 * @param beside  other gateways that take turns in plain load, on one connection and with 200 streams
 * @param base    the packaged gateway of an earlier commit, which takes turns too; null for none
 * @param checkouts the homes of the JDKs on which the checkout's own launcher is started, by their version
 */
public record Settings(Path root, int rounds, int seconds, int warmUp, List<Beside> beside, Path base,
        Map<String, String> checkouts) {

    /** The packaged gateway: the copy that {@code bench/run} makes, with a cache for {@link #javaOptions}. */
    public Path distribution() {
        return root.resolve("bench/target/package");
    }

    /** The flags of the gateway's JVM: the image's with a heap of 300 MB, or {@code BENCH_JAVA_OPTS}. */
    public String javaOptions() {
        return System.getProperty("bench.options");
    }
}
