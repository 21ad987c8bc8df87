package io.dromedary.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A packaged gateway as a process, with a first request answered.
 *
 * @param process     its process
 * @param target      what load is sent to
 * @param startMillis from its command to its first answer
 */
public record Gateway(Running process, Target target, double startMillis) implements AutoCloseable {

    private static final int START_SECONDS = 120;

    /** Starts one with the bench's configuration. */
    public static Gateway start(Rig rig, String javaOptions, Map<String, String> environment)
            throws IOException, InterruptedException {
        return start(rig, rig.bench().resolve("litellm_config.yaml"), Body.MODEL, javaOptions, environment);
    }

    /** Starts the one of an earlier commit with the bench's configuration. */
    public static Gateway base(Rig rig) throws IOException, InterruptedException {
        return start(rig, Target.BASE, rig.settings().base(), rig.bench().resolve("litellm_config.yaml"), Body.MODEL,
                rig.settings().javaOptions(), Map.of());
    }

    /** Starts one with that configuration and asks that model of it until it answers. */
    public static Gateway start(Rig rig, Path config, String model, String javaOptions, Map<String, String> environment)
            throws IOException, InterruptedException {
        return start(rig, Target.GATEWAY, rig.settings().distribution(), config, model, javaOptions, environment);
    }

    private static Gateway start(Rig rig, String name, Path distribution, Path config, String model,
            String javaOptions, Map<String, String> environment) throws IOException, InterruptedException {
        int port = Running.freePort();
        Map<String, String> all = environment(rig);
        all.put("JAVA_HOME", System.getProperty("java.home"));
        all.put("JAVA_OPTS", javaOptions);
        all.putAll(environment);
        long begin = System.nanoTime();
        Running process = Running.start(rig.folder(), name, all, List.of(
                distribution.resolve("bin/dromedary").toString(), "--config", config.toString(),
                "--host", "127.0.0.1", "--port", Integer.toString(port)));
        try {
            while (!answers(port, Body.plain(model))) {
                if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(START_SECONDS)) {
                    process.await(0);
                }
                process.listeningOn(port);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            throw e;
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        return new Gateway(process, new Target(name, port, process.pid()), millis);
    }

    /** What the bench's configuration reads from the environment. */
    static Map<String, String> environment(Rig rig) {
        Map<String, String> environment = new HashMap<>();
        environment.put("LITELLM_MASTER_KEY", Rig.KEY);
        environment.put("MOCK_API_KEY", "sk-upstream");
        environment.put("MOCK_API_BASE", "http://127.0.0.1:" + rig.direct().port() + "/v1");
        environment.put("DEAD_API_BASE", "http://127.0.0.1:1/v1");
        return environment;
    }

    /** The Java that everything runs on. */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    private static boolean answers(int port, String body) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write(("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                    + Rig.KEY + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body)
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            return new String(in.readNBytes(12), StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        process.close();
    }
}
