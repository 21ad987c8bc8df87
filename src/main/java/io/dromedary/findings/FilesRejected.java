package io.dromedary.findings;

import java.util.List;
import java.util.stream.Collectors;

/** The files have faults with which the gateway does not start. The message lists each on a line of its own. */
public final class FilesRejected extends RuntimeException {

    private final transient List<Finding> faults;

    /** @param faults all that the check found, warnings too */
    public FilesRejected(List<Finding> faults) {
        super(faults.stream().filter(Finding::stops).map(Finding::toString).collect(Collectors.joining("\n")));
        this.faults = faults;
    }

    /** All that the check found, warnings too. */
    public List<Finding> faults() {
        return faults;
    }
}
