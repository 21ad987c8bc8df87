package io.dromedary.app.serve;

import java.util.List;

import io.dromedary.findings.CamelMessage;
import io.dromedary.findings.FilesRejected;
import io.dromedary.findings.Finding;

/** Says why a generation does not start: each finding with file, line, key and the mend, or what Camel says. */
public final class StartProblems {

    private StartProblems() {
    }

    /** Why a generation does not start, a line each. */
    public static List<String> of(Throwable failure) {
        if (failure instanceof FilesRejected rejected) {
            return rejected.faults().stream().filter(Finding::stops).map(Finding::toString).toList();
        }
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        String message = String.valueOf(failure.getMessage());
        // Camel often repeats the cause in its own message.
        boolean told = cause == failure || cause.getMessage() != null && message.contains(cause.getMessage());
        return List.of(CamelMessage.clean(message + (told ? "" : ", because: " + cause.getMessage())));
    }
}
