package io.dromedary.harness;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** The system's Redis on loopback, with its data in a folder of its own. Ended by its pid. */
public final class RedisServer implements Closeable {

    private final Path folder;
    private final int port;
    private final List<String> options;
    private Process process;

    private RedisServer(Path folder, int port, List<String> options) {
        this.folder = folder;
        this.port = port;
        this.options = options;
    }

    /** Skips a test on a machine without Redis; in CI it fails. */
    public static void require() {
        boolean here = Stream.of("redis-server", "redis-cli").allMatch(name -> Stream.of(System.getenv("PATH")
                .split(":")).anyMatch(path -> Files.isExecutable(Path.of(path, name))));
        if (System.getenv("DROMEDARY_CI") != null) {
            Assertions.assertTrue(here, "redis-server and redis-cli are not on this machine");
        }
        Assumptions.assumeTrue(here, "redis-server and redis-cli are not on this machine");
    }

    /** Starts one that forgets all at its end, unless an option says otherwise. */
    public static RedisServer start(String... options) throws IOException {
        RedisServer server = prepare(options);
        server.begin();
        return server;
    }

    /** One that has not been started. */
    public static RedisServer prepare(String... options) throws IOException {
        require();
        return new RedisServer(Files.createTempDirectory("redis"), freePort(), List.of(options));
    }

    private static int freePort() throws IOException {
        // A cluster's nodes talk on another port, which is below 65,536 only where this one is small enough.
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (socket.getLocalPort() < 55_000) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    /** Starts it, or starts it again on the same port with what it has kept. */
    public void begin() throws IOException {
        List<String> command = new ArrayList<>(List.of("redis-server", "--bind", "127.0.0.1", "--port",
                String.valueOf(port), "--dir", folder.toString(), "--save", "", "--enable-debug-command", "local"));
        command.addAll(options);
        process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(folder.resolve("redis.log").toFile()).start();
        Process started = process;
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !started.isAlive() || answers());
        if (!process.isAlive()) {
            throw new IOException("Redis ended: " + Files.readString(folder.resolve("redis.log")));
        }
    }

    private boolean answers() throws IOException {
        String said = cli("PING");
        return said.contains("PONG") || said.contains("NOAUTH");
    }

    /** What redis-cli prints for a command. */
    public String cli(String... command) throws IOException {
        List<String> all = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
        all.addAll(List.of(command));
        Process cli = new ProcessBuilder(all).redirectErrorStream(true).start();
        String said = new String(cli.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            cli.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return said.trim();
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** {@code host:port}. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** Freezes it: connections stay and nothing is answered. */
    public void freeze() throws IOException {
        signal("-STOP");
    }

    /** It goes on. */
    public void thaw() throws IOException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException {
        try {
            new ProcessBuilder("kill", name, String.valueOf(process.pid())).start().waitFor();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Kills it at once. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        if (process != null) {
            kill();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
