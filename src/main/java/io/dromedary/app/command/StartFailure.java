package io.dromedary.app.command;

import java.io.PrintWriter;

import io.dromedary.app.serve.StartProblems;
import io.dromedary.findings.FilesRejected;

/**
 * Says why the gateway did not start, each fault with file, line, key and the mend; a stack trace only where the reason
 * is one that no check knows.
 */
final class StartFailure {

    private StartFailure() {
    }

    /**
     * Writes it, a line for each reason.
     *
     * @param gateway whether a gateway was to be started: it has not
     */
    static void tell(Exception failure, PrintWriter out, boolean gateway) {
        if (failure instanceof FilesRejected rejected) {
            rejected.faults().stream().filter(fault -> !fault.stops())
                    .forEach(fault -> out.println("warning: " + fault));
        }
        StartProblems.of(failure).forEach(reason -> out.println("error: " + reason));
        if (gateway) {
            out.println("The gateway has not started.");
        }
        out.flush();
    }
}
