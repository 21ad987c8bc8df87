package io.dromedary.app.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import io.dromedary.app.process.LogLevel;
import io.dromedary.app.process.Terminal;
import io.dromedary.config.Environment;

/**
 * Shows how a running gateway stands, anew each second: what the page shows, for a terminal. Ends with 0 after
 * {@code --once}, 1 where the gateway cannot be asked.
 */
@Command(name = "top", mixinStandardHelpOptions = true,
        description = "Shows how a running gateway and its deployments stand, anew each second.")
public final class TopCommand implements Callable<Integer> {

    private static final long SECOND_MS = 1000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--url", paramLabel = "URL", description = "The gateway (else http://localhost with PORT, or 4000)")
    private String url;

    @Option(names = "--key", paramLabel = "KEY", description = "Its key (else LITELLM_MASTER_KEY, here or in .env)")
    private String key;

    @Option(names = "--once", description = "Shows it once and ends")
    private boolean once;

    @Override
    public Integer call() throws InterruptedException {
        LogLevel.off();
        Environment environment = Environment.ofProcess(Path.of("").toAbsolutePath());
        String address = url != null ? url : "http://localhost:" + environment.get("PORT").orElse("4000");
        RemoteState gateway = new RemoteState(address,
                key != null ? key : environment.get("LITELLM_MASTER_KEY").orElse(null));
        boolean inPlace = !once && Terminal.isThere();
        PrintWriter out = spec.commandLine().getOut();
        while (true) {
            List<String> lines;
            try {
                lines = TopTable.of(gateway.read());
            } catch (IOException e) {
                if (once) {
                    spec.commandLine().getErr().println(noAnswer(address, e));
                    spec.commandLine().getErr().flush();
                    return 1;
                }
                lines = List.of(noAnswer(address, e) + "; trying again");
            }
            out.print(inPlace ? Terminal.HOME : "");
            lines.forEach(line -> out.print(line + (inPlace ? Terminal.REST_OF_LINE : "") + "\n"));
            out.print(inPlace ? Terminal.REST_OF_SCREEN : "");
            out.flush();
            System.out.flush();
            if (once) {
                return 0;
            }
            Thread.sleep(SECOND_MS);
        }
    }

    private static String noAnswer(String address, IOException e) {
        return "Nobody answers at " + address + (e.getMessage() == null ? "" : ": " + Terminal.plain(e.getMessage()));
    }
}
