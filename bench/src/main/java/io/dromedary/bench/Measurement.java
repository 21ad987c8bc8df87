package io.dromedary.bench;

/** One row, or a few that belong together, of the table of goals. */
@FunctionalInterface
public interface Measurement {

    /** Measures on that rig, interleaved where there are several targets. */
    Section run(Rig rig) throws Exception;
}
