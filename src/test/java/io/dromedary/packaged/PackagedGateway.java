package io.dromedary.packaged;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;

/** The distribution that {@code ./mvnw package} lays out, as a process of its own. Ended by its pid. */
public final class PackagedGateway implements AutoCloseable {

    private final Process process;
    private final Path log;

    private PackagedGateway(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** The distribution's folder. */
    public static Path distribution() {
        return Path.of(System.getProperty("dromedary.distribution", "target/dromedary")).toAbsolutePath();
    }

    /** A port that was free a moment ago. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs {@code bin/dromedary} with these arguments in {@code folder}, on the Java that runs the tests. */
    public static PackagedGateway run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException {
        Path log = Files.createTempFile("gateway", ".log");
        List<String> command = new java.util.ArrayList<>(List.of(distribution().resolve("bin/dromedary").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("LITELLM_MASTER_KEY");
        // Its log goes to a file and would be JSON; tests read it as text where they do not say otherwise.
        builder.environment().put("GATEWAY_LOG_FORMAT", "text");
        // Tests start many gateways, and have no time to lose to what makes none of their answers different.
        builder.environment().put("GATEWAY_REHEARSAL_CPU", "0");
        builder.environment().putAll(environment);
        return new PackagedGateway(builder.start(), log);
    }

    /** Its process id. */
    public long pid() {
        return process.pid();
    }

    /** What it has printed. */
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits until it has printed that. */
    public PackagedGateway awaitOutput(String text) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> output().contains(text) || !process.isAlive());
        if (!output().contains(text)) {
            throw new AssertionError("It ended without '" + text + "': " + output());
        }
        return this;
    }

    /** Waits for its end; its exit status. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("It does not end: " + output());
        }
        return process.exitValue();
    }

    /** Asks it to end, as {@code docker stop} does. */
    public void terminate() {
        process.destroy();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        new File(log.toString()).delete();
    }
}
