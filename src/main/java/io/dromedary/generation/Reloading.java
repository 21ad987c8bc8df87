package io.dromedary.generation;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What steps may know of reloads, and ask for. Only the packaged app has it. */
public interface Reloading {

    /**
     * Reads configuration, tunables and routes again and serves them if nothing is wrong; else all stays as it is.
     * Takes as long as a start of the routes does; one at a time.
     */
    Outcome reload();

    /** Which generation serves, counted from 1. */
    int generation();

    /** How reloads have ended so far. */
    Tally tally();

    /**
     * How reloads have ended.
     *
     * @param taken   how many are served
     * @param refused how many changed nothing
     * @param at      when the last one was, in ms since 1970; 0 where there was none
     * @param good    whether the last one is served; true where there was none
     */
    record Tally(long taken, long refused, long at, boolean good) {

        /** There was none. */
        public static final Tally NONE = new Tally(0, 0, 0, true);

        /** The same and one more. */
        public Tally and(boolean one) {
            return new Tally(taken + (one ? 1 : 0), refused + (one ? 0 : 1), System.currentTimeMillis(), one);
        }
    }

    /** Why the files as they are now are not served, each with file and line where it is known; empty if they are. */
    List<String> problems();

    /** The last one that has ended, whoever asked for it; empty before the first. */
    Optional<Ended> last();

    /**
     * A reload that has ended.
     *
     * @param at      when
     * @param outcome how
     */
    record Ended(Instant at, Outcome outcome) {
    }

    /**
     * How a reload ended.
     *
     * @param generation which one serves now
     * @param problems   why nothing was changed; empty if the files are served
     * @param warnings   what holds only after a restart, and what the check of the configuration warns of
     * @param files      the configuration and what it includes, as they were read
     */
    record Outcome(int generation, List<String> problems, List<String> warnings, List<ReadFile> files) {
    }

    /**
     * A file of the configuration.
     *
     * @param name    as the operator named it
     * @param changed when it was last changed, as its file system says
     */
    record ReadFile(String name, Instant changed) {
    }
}
