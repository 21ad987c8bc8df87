package io.dromedary.app.command;

import java.util.Optional;
import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.dromedary.app.process.EndOfProcess;
import io.dromedary.app.process.LogLevel;

/** Starts the gateway in front of two embedded upstreams, one of which can be taken down: a fallback to look at. */
@Command(name = "demo", mixinStandardHelpOptions = true,
        description = "Starts the gateway on two embedded upstreams, to try it.")
public final class DemoCommand implements Callable<Integer> {

    private static final String REQUEST =
            "{\"model\": \"qwen3.5-local\", \"messages\": [{\"role\": \"user\", \"content\": \"hello\"}]}";

    @Option(names = "--port", paramLabel = "N", defaultValue = "4000",
            description = "The gateway's port (${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--host", paramLabel = "H", defaultValue = "127.0.0.1",
            description = "The gateway's address (${DEFAULT-VALUE})")
    private String host;

    @Option(names = "--local-port", paramLabel = "N", defaultValue = "4001",
            description = "The local upstream's port (${DEFAULT-VALUE})")
    private int localPort;

    @Option(names = "--cloud-port", paramLabel = "N", defaultValue = "4002",
            description = "The cloud upstream's port (${DEFAULT-VALUE})")
    private int cloudPort;

    @Override
    public Integer call() throws Exception {
        LogLevel.set(Optional.ofNullable(System.getenv("LITELLM_LOG")));
        Demo demo = new Demo(localPort, cloudPort);
        demo.start(host, port);
        EndOfProcess.cleanly(demo::close);
        StartReport.print(demo.gateway(), host);
        // Asked once, as the printed line does, so that a newcomer sees an answer without typing.
        System.out.println(hints(demo.ask("/v1/chat/completions", Demo.KEY, REQUEST)));
        return ServeCommand.KEEPS_RUNNING;
    }

    private String hints(String answer) {
        String gateway = "http://localhost:" + port;
        String control = "http://localhost:" + cloudPort + "/demo/local/";
        return """

                Try it:

                  curl %s/v1/chat/completions \\
                    -H "Authorization: Bearer %s" -H "Content-Type: application/json" \\
                    -d '%s'

                It answers:

                  %s

                Look at it:

                  %s/ui/      the key is %s

                Then take the local upstream down, and ask again, in the page's playground or here:

                  curl -X POST %sdown

                The cloud answers, and the page tells why, and when local is tried again; in the answer's head (curl -i)
                stands x-litellm-attempted-fallbacks: 1. To bring local back: curl -X POST %sup
                """.formatted(gateway, Demo.KEY, REQUEST, answer, gateway, Demo.KEY, control, control);
    }
}
