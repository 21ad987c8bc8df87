package io.dromedary.bench;

import java.util.List;

/**
 * Says where the mock, the load generator or the machine bounds what was measured, which is not to be charged to a
 * target.
 */
final class Limits {

    private static final double FULL = 0.9;
    private static final double QUIET = 0.2;

    private Limits() {
    }

    /** Looks at the cores that were busy, and at the throughput of each target against the direct one. */
    static void tell(Section section, String throughput) {
        int machine = Runtime.getRuntime().availableProcessors();
        for (String target : List.of(Target.DIRECT, Target.NGINX, Target.GATEWAY)) {
            double mock = section.series("cores: mock", target).median();
            double wrk = section.series("cores: wrk", target).median();
            double own = target.equals(Target.DIRECT) ? 0 : section.series("cores: itself", target).median();
            if (mock >= FULL) {
                section.note("Limit: the mock fills a core (" + Series.text(mock) + ") under " + target
                        + "; its throughput is the mock's.");
            }
            if (wrk >= FULL) {
                section.note("Limit: wrk fills a core (" + Series.text(wrk) + ") under " + target
                        + "; its throughput is the load generator's.");
            }
            if (mock + wrk + own >= FULL * machine) {
                section.note("Limit: mock, wrk and " + target + " together fill the machine ("
                        + Series.text(mock + wrk + own) + " of " + machine
                        + " cores); its throughput and latency are of that mix, its CPU per request is its own.");
            }
            tellOthers(section, target);
            double share = section.series(throughput, target).median()
                    / section.series(throughput, Target.DIRECT).median();
            if (!target.equals(Target.DIRECT) && share >= 1 / 1.2) {
                section.note("Limit: direct is within 20 % of " + target
                        + "; what its throughput would be is not to be seen here.");
            }
        }
    }

    /** Looks at the cores that neither the target nor the rig kept busy. */
    static void tellOthers(Section section, String target) {
        double others = section.series("cores: others", target).max();
        if (others > QUIET) {
            section.note("Limit: the machine was busy with others (up to " + Series.text(others) + " cores) under "
                    + target
                    + "; latency suffers first.");
        }
    }
}
