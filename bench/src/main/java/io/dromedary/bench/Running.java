package io.dromedary.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that the harness has started: its output goes to a file, and it is ended by its pid, however the harness
 * ends.
 */
public final class Running implements AutoCloseable {

    private static final int START_SECONDS = 60;

    private final Process process;
    private final Path output;
    private final Thread hook;

    private Running(Process process, Path output) {
        this.process = process;
        this.output = output;
        hook = new Thread(this::end);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts {@code command} in {@code folder}; its output goes to {@code name.txt} there. */
    public static Running start(Path folder, String name, Map<String, String> environment, List<String> command)
            throws IOException {
        Path output = folder.resolve(name + ".txt");
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new Running(builder.start(), output);
    }

    /** A port of the loopback that was free a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Its process. */
    public long pid() {
        return process.pid();
    }

    /** Its first child process, as nginx's worker is; waits for it. */
    public long child() throws InterruptedException {
        while (process.isAlive() && process.children().findAny().isEmpty()) {
            Thread.sleep(10);
        }
        return process.children().findFirst().orElseThrow(this::ended).pid();
    }

    /** Waits until it takes connections on that port. */
    public Running listeningOn(int port) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end && process.isAlive()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                return this;
            } catch (IOException e) {
                Thread.sleep(5);
            }
        }
        throw ended();
    }

    /** Waits for its end, at most so long; its output. */
    public String await(int seconds) throws InterruptedException, IOException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw ended();
        }
        return Files.readString(output);
    }

    private IllegalStateException ended() {
        try {
            List<String> lines = Files.readAllLines(output);
            return new IllegalStateException((process.isAlive() ? "It does not get ready or done: " : "It has ended: ")
                    + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())));
        } catch (IOException e) {
            return new IllegalStateException(e);
        }
    }

    /** Politely, since nginx ends its worker only so; after ten seconds for good. */
    private void end() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** Ends it, and waits for that. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The harness itself is ending, and the hook runs.
        }
    }
}
