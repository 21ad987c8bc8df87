package io.dromedary.fault;

import java.util.List;
import java.util.stream.Collectors;

/** The files have faults with which the gateway does not start. The message lists each on a line of its own. */
public final class Rejected extends RuntimeException {

    private final transient List<Fault> faults;

    /** @param faults all that the check found, warnings too */
    public Rejected(List<Fault> faults) {
        super(faults.stream().filter(Fault::stops).map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = faults;
    }

    /** All that the check found, warnings too. */
    public List<Fault> faults() {
        return faults;
    }
}
