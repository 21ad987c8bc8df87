package io.dromedary.findings;

import java.util.ArrayList;
import java.util.List;

/**
 * Collects what a check finds, so that all faults are told at once and not one a start: the first thousand of them, and
 * in any case one that stops the start. Not safe for several threads.
 */
public final class Findings {

    /** A file that is something else altogether has a fault in each line. */
    private static final int MOST = 1000;

    private final List<Finding> found = new ArrayList<>();

    /** Something that stops the start. What is told of one key in one place once is not told again in other words. */
    public void stop(Rule rule, Place place, String key, String problem, String mend) {
        if (isFull() && anyStops() || found.stream().anyMatch(fault ->
                fault.stops() && fault.place().equals(place) && fault.key().equals(key))) {
            return;
        }
        found.add(new Finding(rule, place, key, problem, mend, true));
    }

    /** Something to know that does not stop the start. */
    public void warn(Rule rule, Place place, String key, String problem, String mend) {
        if (!isFull()) {
            found.add(new Finding(rule, place, key, problem, mend, false));
        }
    }

    private boolean isFull() {
        return found.size() >= MOST;
    }

    /** What another check has found. */
    public void addAll(List<Finding> faults) {
        found.addAll(faults);
    }

    /** All that was found, in the order of the check. */
    public List<Finding> all() {
        return List.copyOf(found);
    }

    /** What does not stop the start. */
    public List<Finding> warnings() {
        return found.stream().filter(fault -> !fault.stops()).toList();
    }

    /** Whether anything found stops the start. */
    public boolean anyStops() {
        return found.stream().anyMatch(Finding::stops);
    }
}
