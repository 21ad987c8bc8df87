package io.dromedary.app.command;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import io.dromedary.app.process.Home;
import io.dromedary.app.process.Terminal;
import io.dromedary.app.rehearsal.Rehearsal;
import io.dromedary.log.LogFormat;

/**
 * Starts the demo, asks it what clients ask, and rehearses, for the JVM to learn from. {@code bin/train} makes the AOT
 * cache of it (JEP 514), which holds the classes that were loaded and how often which method was called (JEP 515).
 */
@Command(name = "train", hidden = true, mixinStandardHelpOptions = true,
        description = "Runs the demo for a moment, for Java to learn from.")
public final class TrainCommand implements Callable<Integer> {

    private static final String HOST = "127.0.0.1";
    private static final String CHAT_PATH = "/v1/chat/completions";
    private static final String CHAT =
            "{\"model\": \"qwen3.5-local\", \"stream\": %s, \"messages\": [{\"role\": \"user\", \"content\": "
            + "\"hello\"}]}";
    private static final String MESSAGES =
            "{\"model\": \"qwen3.5-local\", \"stream\": %s, \"max_tokens\": 9, \"messages\": [{\"role\": \"user\", "
            + "\"content\": \"hello\"}]}";
    private static final String RESPONSES =
            "{\"model\": \"qwen3.5-local\", \"stream\": %s, \"input\": \"hello\"}";
    private static final int RARE = 20;
    /** After so many failures the deployment is left alone, and the way to it is not gone any more. */
    private static final int FAILURES = 3;

    /** Enough for each request of its mix to be asked often. */
    private static final long REHEARSAL_CPU_MS = 3000;

    @Option(names = "--port", paramLabel = "N", defaultValue = "0",
            description = "The gateway's port; the next two are used too. 0 for any three that are free "
            + "(${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--requests", paramLabel = "N", defaultValue = "300",
            description = "How often each is asked (${DEFAULT-VALUE})")
    private int requests;

    @Override
    public Integer call() throws Exception {
        LogFormat.JSON.choose(); // as in a container, where the cache is used
        // Named ones stay as they are; a free one may be taken in the meantime, and the start says so.
        int local = port > 0 ? port + 1 : freePort();
        int cloud = port > 0 ? port + 2 : freePort();
        try (Demo demo = new Demo(local, cloud)) {
            demo.start(HOST, port);
            StartReport.print(demo.gateway(), HOST);
            for (int i = 0; i < requests; i++) {
                Terminal.progress("Asking the demo: " + i + " of " + requests);
                demo.ask(CHAT_PATH, Demo.KEY, CHAT.formatted(false));
                demo.ask(CHAT_PATH, "no-key", CHAT.formatted(false));
                demo.ask("/v1/embeddings", Demo.KEY, "{\"model\": \"qwen3-embedding\", \"input\": \"hello\"}");
                demo.ask("/v1/messages", Demo.KEY, MESSAGES.formatted(false));
                demo.ask("/v1/responses", Demo.KEY, RESPONSES.formatted(false));
                if (i % RARE == 0) {
                    askWhatIsRare(demo);
                }
            }
            demo.takeLocalDown();
            for (int i = 0; i < FAILURES; i++) {
                demo.ask(CHAT_PATH, Demo.KEY, CHAT.formatted(i % 2 == 0));
            }
            Terminal.progress("Rehearsing");
            boolean rehearsed = rehearse();
            Terminal.progressEnds();
            return rehearsed ? 0 : 1;
        }
    }

    /** For the classes that only a rehearsal loads, and those of keys with limits, of which the demo has none. */
    private static boolean rehearse() throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        try (Rehearsal rehearsal = new Rehearsal(Home.shipped("rehearsal"), REHEARSAL_CPU_MS, () -> 0, () -> 0,
                over::countDown)) {
            rehearsal.start();
            over.await();
            return !rehearsal.hasFailed();
        }
    }

    /** Streams, which take their time, and a client's mistakes. */
    private static void askWhatIsRare(Demo demo) throws IOException, InterruptedException {
        demo.ask(CHAT_PATH, Demo.KEY, CHAT.formatted(true));
        demo.ask("/v1/messages", Demo.KEY, MESSAGES.formatted(true));
        demo.ask("/v1/responses", Demo.KEY, RESPONSES.formatted(true));
        demo.ask(CHAT_PATH, Demo.KEY, "{\"model\": ");
        demo.ask(CHAT_PATH, Demo.KEY, "{\"model\": \"nobody\", \"messages\": []}");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
