package io.dromedary.app.command;

import java.io.PrintWriter;

import picocli.CommandLine;

import io.dromedary.app.serve.StartProblems;
import io.dromedary.findings.FilesRejected;

/**
 * Says why the gateway did not start, each fault with file, line, key and the mend; a stack trace only where the reason
 * is one that no check knows.
 */
public final class StartFailure implements CommandLine.IExecutionExceptionHandler {

    /** The one that the command line uses. */
    public static final StartFailure INSTANCE = new StartFailure();

    private StartFailure() {
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, CommandLine.ParseResult result) {
        PrintWriter out = command.getErr();
        if (failure instanceof FilesRejected rejected) {
            rejected.faults().stream().filter(fault -> !fault.stops())
                    .forEach(fault -> out.println("warning: " + fault));
        }
        StartProblems.of(failure).forEach(reason -> out.println("error: " + reason));
        if (!(command.getCommandSpec().userObject() instanceof FileCommand)) {
            out.println("The gateway has not started.");
        }
        out.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
