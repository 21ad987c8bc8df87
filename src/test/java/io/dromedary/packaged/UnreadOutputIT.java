package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/** A log that nobody reads stops no request; when it is read again, it says how much is missing. */
@Timeout(120)
class UnreadOutputIT {

    private static final int REQUESTS = 8000;

    @TempDir
    private Path folder;

    private static boolean isUp(int port) {
        try {
            HttpURLConnection connection = (HttpURLConnection) URI.create("http://127.0.0.1:" + port
                    + "/health/liveness")
                    .toURL().openConnection();
            return connection.getResponseCode() == 200;
        } catch (java.io.IOException e) {
            return false;
        }
    }

    /** Its output is a pipe that holds little. */
    private Process start(FakeUpstream upstream, int port) throws java.io.IOException {
        Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
        ProcessBuilder builder = new ProcessBuilder(List.of(
                PackagedGateway.distribution().resolve("bin/dromedary").toString(), "-c", config.toString(),
                "--host", "127.0.0.1", "--port", String.valueOf(port))).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("LITELLM_MASTER_KEY", RunningGateway.KEY);
        builder.environment().put("GATEWAY_REHEARSAL_CPU", "0");
        builder.environment().put("GATEWAY_LOG_FORMAT", "text");
        return builder.start();
    }

    private static void askMany(int port) throws Exception {
        String line = "GET /" + "x".repeat(200) + " HTTP/1.1\r\nHost: x\r\n\r\n";
        try (RawClient client = new RawClient(port)) {
            for (int i = 0; i < REQUESTS / 100; i++) {
                client.send(line.repeat(100));
                for (int j = 0; j < 100; j++) {
                    client.readUntil("}}");
                }
            }
        }
    }

    @Test
    void requestsAreAnsweredAndTheMissingLinesAreTold() throws Exception {
        int port = PackagedGateway.freePort();
        try (FakeUpstream upstream = FakeUpstream.start()) {
            Process gateway = start(upstream, port);
            try {
                Awaitility.await().atMost(java.time.Duration.ofSeconds(60)).until(() -> isUp(port));
                askMany(port);
                try (RawClient client = new RawClient(port)) {
                    client.post("/v1/chat/completions", RunningGateway.chat("only",
                            false)).readUntil("total_tokens\":2}}");
                }
                BufferedReader log = new BufferedReader(new InputStreamReader(gateway.getInputStream(),
                        StandardCharsets.UTF_8));
                String line = log.readLine();
                int refused = 0;
                while (line != null && !line.contains("lines of the log are missing before this one")) {
                    refused += line.contains(" refused") ? 1 : 0;
                    line = log.readLine();
                }
                assertTrue(line != null, "told");
                long missing = Long.parseLong(line.replaceAll(".* - ([0-9]+) lines.*", "$1"));
                assertTrue(missing > 0 && refused > 0 && refused + missing >= REQUESTS, refused + " and " + missing);
                gateway.toHandle().destroy();
                // A process that is asked to end through its handle keeps its pipe, which is read to its end.
                assertTrue(log.lines().count() >= 0);
                assertEquals(0, gateway.waitFor());
            } finally {
                gateway.destroyForcibly();
            }
        }
    }

    @Test
    void itEndsThoughNobodyReads() throws Exception {
        int port = PackagedGateway.freePort();
        try (FakeUpstream upstream = FakeUpstream.start()) {
            Process gateway = start(upstream, port);
            try {
                Awaitility.await().atMost(java.time.Duration.ofSeconds(60)).until(() -> isUp(port));
                askMany(port);
                gateway.toHandle().destroy();
                assertTrue(gateway.waitFor(30, java.util.concurrent.TimeUnit.SECONDS), "it ends");
            } finally {
                gateway.destroyForcibly();
            }
        }
    }
}
