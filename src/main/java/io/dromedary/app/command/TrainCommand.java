package io.dromedary.app.command;

import java.util.concurrent.Callable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.dromedary.app.process.Terminal;
import io.dromedary.log.LogFormat;

/**
 * Starts the demo, asks it what clients ask, and ends: a run for the JVM to learn from. {@code bin/train} makes the AOT
 * cache of it (JEP 514), which holds the classes that were loaded and how often which method was called (JEP 515).
 */
@Command(name = "train", hidden = true, mixinStandardHelpOptions = true,
        description = "Runs the demo for a moment, for Java to learn from.")
public final class TrainCommand implements Callable<Integer> {

    private static final String CHAT =
            "{\"model\": \"qwen3.5-local\", \"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": "
            + "\"hello\"}]}";

    @Option(names = "--port", paramLabel = "N", defaultValue = "4000",
            description = "The gateway's port; the next two are used too")
    private int port;

    @Option(names = "--requests", paramLabel = "N", defaultValue = "300",
            description = "How often each is asked (${DEFAULT-VALUE})")
    private int requests;

    @Override
    public Integer call() throws Exception {
        LogFormat.JSON.choose(); // as in a container, where the cache is used
        try (Demo demo = new Demo(port + 1, port + 2)) {
            demo.start("127.0.0.1", port);
            for (int i = 0; i < requests; i++) {
                Terminal.progress("Asking the demo: " + i + " of " + requests);
                demo.ask("/v1/chat/completions", Demo.KEY, CHAT.formatted(false));
                demo.ask("/v1/chat/completions", "no-key", CHAT.formatted(false));
                demo.ask("/v1/embeddings", Demo.KEY, "{\"model\": \"qwen3-embedding\", \"input\": \"hello\"}");
                if (i % 10 == 0) {
                    demo.ask("/v1/chat/completions", Demo.KEY, CHAT.formatted(true)); // these take their time
                }
            }
            Terminal.progressEnds();
        }
        return 0;
    }
}
