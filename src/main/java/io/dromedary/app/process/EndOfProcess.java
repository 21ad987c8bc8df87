package io.dromedary.app.process;

/** What happens when the process is asked to end, by SIGTERM or Ctrl-C. */
public final class EndOfProcess {

    private EndOfProcess() {
    }

    /**
     * Runs {@code last}, then ends with status 0: being asked to end is no failure, though Java says 143 by itself. Not
     * for a process that ends because its start has failed.
     */
    public static void cleanly(Runnable last) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            last.run();
            StandardOutput.ends();
            Runtime.getRuntime().halt(0);
        }, "shutdown"));
    }
}
