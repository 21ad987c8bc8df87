package io.dromedary.app;

import java.io.PrintWriter;
import java.util.List;

import picocli.CommandLine;

import io.dromedary.fault.Rejected;
import io.dromedary.fault.CamelMessage;
import io.dromedary.fault.Fault;

/**
 * Says why the gateway did not start, each fault with file, line, key and the mend; a stack trace only where the reason is
 * one that no check knows.
 */
final class StartFailure implements CommandLine.IExecutionExceptionHandler {

    static final StartFailure INSTANCE = new StartFailure();

    private StartFailure() {
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, CommandLine.ParseResult result) {
        PrintWriter out = command.getErr();
        if (failure instanceof Rejected rejected) {
            rejected.faults().stream().filter(fault -> !fault.stops()).forEach(fault -> out.println("warning: " + fault));
        }
        reasons(failure).forEach(reason -> out.println("error: " + reason));
        if (!(command.getCommandSpec().userObject() instanceof ReadsFiles)) {
            out.println("The gateway has not started.");
        }
        out.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    /** Why a generation does not start, a line each. */
    static List<String> reasons(Throwable failure) {
        if (failure instanceof Rejected rejected) {
            return rejected.faults().stream().filter(Fault::stops).map(Fault::toString).toList();
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
