package io.dromedary.harness;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * The system's HAProxy before several gateways, on loopback. It asks each for its readiness every 300 ms, with patience
 * for one that is starting, and sends no request twice: what a gateway refuses, its client sees. Ended by its pid.
 */
public final class HaProxy implements Closeable {

    private final Process process;
    private final Path folder;
    private final int port;
    private final int statusPort;

    private HaProxy(Process process, Path folder, int port, int statusPort) {
        this.process = process;
        this.folder = folder;
        this.port = port;
        this.statusPort = statusPort;
    }

    /** Where HAProxy is on this machine, if anywhere. */
    public static Optional<Path> program() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "haproxy")).filter(Files::isExecutable).findFirst();
    }

    /** Starts one before gateways on these ports, which it names {@code g0}, {@code g1}, ... */
    public static HaProxy start(List<Integer> gateways) throws IOException {
        Path folder = Files.createTempDirectory("haproxy");
        int port = freePort();
        int statusPort = freePort();
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < gateways.size(); i++) {
            servers.append("  server g").append(i).append(" 127.0.0.1:").append(gateways.get(i)).append('\n');
        }
        Path config = Files.writeString(folder.resolve("haproxy.cfg"), """
                global
                  maxconn 2000
                defaults
                  mode http
                  timeout connect 2s
                  timeout check 5s
                  timeout client 60s
                  timeout server 60s
                  retries 0
                frontend clients
                  bind 127.0.0.1:%d
                  default_backend gateways
                backend gateways
                  balance roundrobin
                  option httpchk GET /health/readiness
                  http-check expect status 200
                  default-server check inter 300ms fall 1 rise 2
                %sfrontend status
                  bind 127.0.0.1:%d
                  stats enable
                  stats uri /
                """.formatted(port, servers, statusPort));
        Process process = new ProcessBuilder(program().orElseThrow().toString(), "-db", "-f", config.toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile()).start();
        HaProxy proxy = new HaProxy(process, folder, port, statusPort);
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions()
                .until(() -> !process.isAlive() || !proxy.status().isEmpty());
        if (!process.isAlive()) {
            throw new IOException("HAProxy ended: " + Files.readString(folder.resolve("output")));
        }
        return proxy;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String status() throws IOException {
        try (InputStream in = URI.create("http://127.0.0.1:" + statusPort + "/;csv").toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Waits until it takes the gateway for one that is up, or for one that is not. */
    public void await(int gateway, boolean up) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> status().lines()
                .anyMatch(line -> line.startsWith("gateways,g" + gateway + ",")
                        && List.of(line.split(",", -1)).contains(up ? "UP" : "DOWN")));
    }

    /** Where clients connect to. */
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
