package io.dromedary.app;

import java.io.PrintWriter;

import picocli.CommandLine;

import io.dromedary.config.ConfigRejected;
import io.dromedary.config.Fault;
import io.dromedary.settings.SettingFault;

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
        if (failure instanceof ConfigRejected rejected) {
            rejected.faults().stream().filter(fault -> !fault.stops()).forEach(fault -> out.println("warning: " + fault));
            rejected.faults().stream().filter(Fault::stops).forEach(fault -> out.println("error: " + fault));
            out.println("The gateway has not started.");
        } else if (failure instanceof SettingFault || failure instanceof IllegalArgumentException) {
            out.println("error: " + failure.getMessage());
            out.println("The gateway has not started.");
        } else {
            Throwable cause = failure;
            while (cause.getCause() != null) {
                cause = cause.getCause();
            }
            out.println("error: " + failure.getMessage());
            if (cause != failure) {
                out.println("because: " + cause.getMessage());
            }
            out.println("The gateway has not started.");
        }
        out.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }
}
