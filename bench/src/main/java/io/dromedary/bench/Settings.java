package io.dromedary.bench;

import java.nio.file.Path;

/**
 * How a run is made.
 *
 * @param root    the checkout
 * @param rounds  how often each target has its turn
 * @param seconds how long a turn of plain load is
 * @param warmUp  least seconds of load before anything is measured, for the JVM's compilers
 */
public record Settings(Path root, int rounds, int seconds, int warmUp) {

    /** The packaged gateway. */
    public Path distribution() {
        return root.resolve("target/dromedary");
    }

    /** The flags of the gateway's JVM but for its heap's size: the image's, or {@code BENCH_JAVA_OPTS}. */
    public String javaOptions() {
        return System.getProperty("bench.options");
    }
}
