package io.dromedary.harness;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.awaitility.Awaitility;

/** The system's Prometheus on loopback, with its data in a folder of its own. Ended by its pid. */
public final class Prometheus implements Closeable {

    private final Process process;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    private Prometheus(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Whether Prometheus and promtool are on this machine. */
    public static boolean isHere() {
        return Stream.of("prometheus", "promtool").allMatch(name -> Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name))));
    }

    /** Runs promtool; what it said, with its status before it. */
    public static String promtool(Path input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return process.exitValue() + " " + said;
    }

    /** Starts one with that configuration and waits until it answers. */
    public static Prometheus start(Path folder, Path config) throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Path output = folder.resolve("prometheus.log");
        Process process = new ProcessBuilder("prometheus", "--config.file=" + config, "--storage.tsdb.path="
                + folder.resolve("data"), "--web.listen-address=127.0.0.1:" + port, "--log.level=warn")
                .redirectErrorStream(true).redirectOutput(output.toFile()).start();
        Prometheus prometheus = new Prometheus(process, port);
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions()
                .until(() -> !process.isAlive() || prometheus.get("/-/ready").statusCode() == 200);
        if (!process.isAlive()) {
            throw new IOException("Prometheus ended: " + Files.readString(output));
        }
        return prometheus;
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                    .timeout(Duration.ofSeconds(10)).build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /**
     * What a query gives now.
     *
     * @throws IOException if it is no query, with what Prometheus says of it
     */
    public JsonNode query(String expression) throws IOException {
        HttpResponse<String> answer = get("/api/v1/query?query=" + URLEncoder.encode(expression,
                StandardCharsets.UTF_8));
        if (answer.statusCode() != 200) {
            throw new IOException(expression + ": " + answer.body());
        }
        return new ObjectMapper().readTree(answer.body()).path("data").path("result");
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
    }
}
