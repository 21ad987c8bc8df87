package io.dromedary.app;

import io.dromedary.app.command.Commands;
import io.dromedary.app.command.ServeCommand;
import io.dromedary.app.process.StandardOutput;

/** Where the packaged app begins. */
public final class Dromedary {

    private Dromedary() {
    }

    /**
     * Runs the command that {@code arguments} say; without one, the gateway. Ends the process with the command's
     * status.
     */
    public static void main(String[] arguments) {
        StandardOutput.collects();
        int status = Commands.run(arguments);
        if (status != ServeCommand.KEEPS_RUNNING) {
            StandardOutput.ends();
            System.exit(status);
        }
    }
}
