package io.dromedary.harness;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

/**
 * The system's nginx before an upstream of its own, on loopback, with the gateway's sizes and short times. It reads a
 * request to its end before it passes it on, so its answer says whether the whole of it was taken. Ended by its pid.
 */
public final class Nginx implements Closeable {

    private final Process process;
    private final Path folder;
    private final int port;

    private Nginx(Process process, Path folder, int port) {
        this.process = process;
        this.folder = folder;
        this.port = port;
    }

    /** Where nginx is on this machine, if anywhere. */
    public static Optional<Path> program() {
        return Stream.concat(Stream.of(System.getenv("PATH").split(":")), Stream.of("/usr/sbin", "/usr/local/sbin"))
                .map(folder -> Path.of(folder, "nginx")).filter(Files::isExecutable).findFirst();
    }

    /** Starts one; it answers every request with 200. */
    public static Nginx start() throws IOException {
        Path folder = Files.createTempDirectory("nginx");
        int port = freePort();
        int upstream = freePort();
        boolean root = "root".equals(System.getProperty("user.name"));
        Path config = Files.writeString(folder.resolve("nginx.conf"), """
                %s
                worker_processes 1;
                daemon off;
                pid %2$s/pid;
                error_log %2$s/error.log;
                events { worker_connections 1024; }
                http {
                  access_log off;
                  client_body_temp_path %2$s/body;
                  proxy_temp_path %2$s/proxy;
                  fastcgi_temp_path %2$s/fastcgi;
                  uwsgi_temp_path %2$s/uwsgi;
                  scgi_temp_path %2$s/scgi;
                  client_header_timeout 1s;
                  client_body_timeout 1s;
                  keepalive_timeout 1s;
                  large_client_header_buffers 4 8k;
                  server { listen 127.0.0.1:%3$d; location / { proxy_pass http://127.0.0.1:%4$d; } }
                  server { listen 127.0.0.1:%4$d; location / { return 200 "taken"; } }
                }
                """.formatted(root ? "user root;" : "", folder, port, upstream));
        Process process = new ProcessBuilder(program().orElseThrow().toString(), "-p", folder.toString(), "-c",
                config.toString(), "-e", folder.resolve("error.log").toString())
                .redirectErrorStream(true).redirectOutput(folder.resolve("output").toFile()).start();
        Nginx nginx = new Nginx(process, folder, port);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> nginx.isOpen() || !process.isAlive());
        if (!process.isAlive()) {
            throw new IOException("nginx ended: " + Files.readString(folder.resolve("output")));
        }
        return nginx;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean isOpen() {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    /** Its port. */
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
