package io.dromedary.app.command;

import picocli.CommandLine;

/** Runs what a command line says. */
public final class Commands {

    private Commands() {
    }

    /**
     * Runs it. A usual start is read without picocli.
     *
     * @return the status to end with, or {@link ServeCommand#KEEPS_RUNNING}
     */
    public static int run(String... arguments) {
        return ServeArguments.read(arguments).map(usual -> new Serve(usual).startOrTell())
                .orElseGet(() -> WithPicocli.run(arguments));
    }

    /** A class of its own, since what names picocli's types has them loaded. */
    private static final class WithPicocli {

        private WithPicocli() {
        }

        private static int run(String... arguments) {
            return new CommandLine(new ServeCommand()).setExecutionExceptionHandler((failure, command, result) -> {
                StartFailure.tell(failure, command.getErr(),
                        !(command.getCommandSpec().userObject() instanceof FileCommand));
                return CommandLine.ExitCode.SOFTWARE;
            }).execute(arguments);
        }
    }
}
