package io.dromedary.bench;

import java.util.List;

/**
 * Holds what the first requests after a start take against those of an earlier commit's gateway, started by turns in
 * the same run: a slow machine is then slow for both.
 */
final class ColdGuard {

    private static final int ATTEMPTS = 2;
    private static final int ROUNDS = 3;
    private static final int REQUESTS = 100;
    /** Of the base's, the lowest of the rounds on either side: others make a start slower, never faster. */
    private static final double OVER_BASE = 1.5;
    private static final String FIRST = Cold.LATER_PACED + Cold.FIRST;
    private static final String NEXT = Cold.name(Cold.LATER_PACED, 2, REQUESTS, 50);

    private ColdGuard() {
    }

    /** Whether they take no longer than they may; prints what was measured. Measures twice before it says no. */
    static boolean holds(Rig rig) throws Exception {
        if (rig.settings().base() == null) {
            System.out.println("The first requests after a start are not held: there is no earlier commit beside");
            return true;
        }
        Cold.warmUpClient(rig);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            Section section = measure(rig);
            System.out.print(section.markdown());
            boolean first = within(section, FIRST);
            boolean next = within(section, NEXT);
            if (first && next) {
                return true;
            }
        }
        return false;
    }

    private static Section measure(Rig rig) throws Exception {
        Section section = new Section("Cold: each sample from a process of its own; one connection, 335 B request");
        List<Fresh.Launch> launches = List.copyOf(Launches.packaged(rig.settings()).values());
        for (Fresh.Launch launch : launches) {
            launch.start(rig).close();
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (Fresh.Launch launch : rig.shuffled(launches.toArray(Fresh.Launch[]::new))) {
                Cold.requests(rig, section, launch, Cold.LATER_SECONDS, Cold.LATER_PACED, REQUESTS, Cold.PACE_MILLIS);
            }
        }
        return section;
    }

    private static boolean within(Section section, String figure) {
        double now = section.series(figure, Target.GATEWAY).min();
        double base = section.series(figure, Target.BASE).min();
        System.out.println(figure + ": " + Series.text(now) + " at the lowest, " + Series.text(base)
                + " the base, at most " + Series.text(OVER_BASE) + " x");
        return now <= OVER_BASE * base;
    }
}
