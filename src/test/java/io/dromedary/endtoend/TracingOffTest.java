package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static io.dromedary.harness.RunningGateway.single;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.app.Dromedary;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.OtlpCollector;
import io.dromedary.harness.RunningGateway;
import io.dromedary.packaged.PackagedGateway;
import io.dromedary.settings.SettingFault;

/** Tracing that is off, or that nobody takes spans from, costs nobody anything. */
class TracingOffTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    @TempDir
    private Path folder;

    private RunningGateway gateway(FakeUpstream upstream, Map<String, String> variables) {
        return fixture.closing(RunningGateway.with(single(upstream), Map.of(), Map.of(), variables));
    }

    @Test
    void withoutACollectorNoClassOfOpenTelemetryIsLoaded() throws Exception {
        FakeUpstream upstream = fixture.upstream();
        Path config = Files.writeString(folder.resolve("litellm_config.yaml"), single(upstream));
        Path classes = folder.resolve("classes.txt");
        int port = PackagedGateway.freePort();
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        ProcessBuilder builder = new ProcessBuilder(System.getProperty("java.home") + "/bin/java",
                "-XX:TieredStopAtLevel=1", "-Xlog:class+load:file=" + classes, "-Ddromedary.home="
                + Path.of("").toAbsolutePath(), "-cp", path, Dromedary.class.getName(), "--config",
                config.toString(), "--port", String.valueOf(port), "--host", "127.0.0.1").redirectErrorStream(true)
                .redirectOutput(folder.resolve("log.txt").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().put("LITELLM_MASTER_KEY", RunningGateway.KEY);
        Process process = builder.start();
        try {
            HttpClient http = HttpClient.newHttpClient();
            URI uri = URI.create("http://127.0.0.1:" + port + "/v1/chat/completions");
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Authorization", "Bearer " + RunningGateway.KEY)
                    .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                    .POST(HttpRequest.BodyPublishers.ofString(chat("only", false))).build();
            await().atMost(Duration.ofSeconds(90)).ignoreExceptions().until(() ->
                    http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode() == 200
                    || !process.isAlive());
            assertTrue(process.isAlive(), () -> read(folder.resolve("log.txt")));
        } finally {
            process.destroy();
            assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        }
        List<String> loaded = Files.readAllLines(classes);
        assertTrue(loaded.stream().anyMatch(line -> line.contains("io.dromedary.observe.trace.Tracing ")));
        assertEquals(List.of(), loaded.stream().filter(line -> line.contains("opentelemetry")
                || line.contains("OtlpSpans")).toList());
        assertEquals(null, upstream.last().headers().get("traceparent"));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void aTraceOfTheClientIsPassedOnWhereThatIsAskedForAndNothingIsTraced() {
        FakeUpstream upstream = fixture.upstream();
        RunningGateway gateway = fixture.closing(RunningGateway.with(single(upstream).replace("num_retries: 0",
                "num_retries: 0, forward_traceparent_to_llm_provider: true")));
        String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        gateway.post("/v1/chat/completions", chat("only", false), "traceparent", parent, "tracestate", "a=b");
        assertEquals(List.of(parent, "a=b"), List.of(upstream.last().headers().get("traceparent"),
                upstream.last().headers().get("tracestate")));
        gateway.post("/v1/chat/completions", chat("only", false), "traceparent", "nonsense", "tracestate", "a=b");
        assertFalse(upstream.last().headers().containsKey("traceparent"));
    }

    @Test
    void aCollectorThatIsDownStopsNoRequestAndIsToldOnce() throws IOException {
        FakeUpstream upstream = fixture.upstream();
        FakeUpstream nobody = fixture.upstream();
        nobody.refuses();
        try (LogLines log = LogLines.collect()) {
            RunningGateway gateway = gateway(upstream, Map.of("OTEL_EXPORTER_OTLP_ENDPOINT",
                    "http://127.0.0.1:" + nobody.port(), "OTEL_BSP_SCHEDULE_DELAY", "1", "OTEL_BSP_MAX_QUEUE_SIZE", "4",
                    "OTEL_EXPORTER_OTLP_TIMEOUT", "100"));
            for (int i = 0; i < 30; i++) {
                assertEquals(200, gateway.post("/v1/chat/completions", chat("only", false)).statusCode());
            }
            await().until(() -> log.lines().stream().anyMatch(line -> line.contains("Spans could not be sent")));
            assertEquals(1, log.lines().stream().filter(line -> line.contains("Spans could not be sent")).count(),
                    log.lines().toString());
        }
    }

    @Test
    void aCollectorThatComesBackGetsWhatFollowsAndTheLogSaysHowMuchIsMissing() throws IOException {
        FakeUpstream upstream = fixture.upstream();
        OtlpCollector collector = fixture.closing(OtlpCollector.start());
        collector.answers(400);
        try (LogLines log = LogLines.collect()) {
            RunningGateway gateway = gateway(upstream, Map.of("OTEL_ENDPOINT", collector.url(),
                    "OTEL_BSP_SCHEDULE_DELAY", "1"));
            gateway.post("/v1/chat/completions", chat("only", false));
            await().until(() -> log.lines().stream().anyMatch(line -> line.contains("Spans could not be sent")));
            collector.answers(200);
            gateway.post("/v1/chat/completions", chat("only", false));
            await().until(() -> collector.spans().size() == 2);
            await().until(() -> log.lines().stream().anyMatch(line -> line.contains("1 requests have no spans")));
        }
    }

    @Test
    void whatWaitsIsSentWhenTheGatewayEnds() throws IOException {
        FakeUpstream upstream = fixture.upstream();
        OtlpCollector collector = fixture.closing(OtlpCollector.start());
        try (RunningGateway gateway = RunningGateway.with(single(upstream), Map.of(), Map.of(),
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()))) {
            gateway.post("/v1/chat/completions", chat("only", false));
        }
        assertEquals(2, collector.spans().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTEL_SDK_DISABLED=true", "OTEL_TRACES_EXPORTER=none", "OTEL_TRACES_SAMPLER=always_off"})
    void itCanBeTurnedOff(String variable) throws IOException {
        FakeUpstream upstream = fixture.upstream();
        OtlpCollector collector = fixture.closing(OtlpCollector.start());
        String[] parts = variable.split("=");
        try (RunningGateway gateway = RunningGateway.with(single(upstream), Map.of(), Map.of(),
                Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url(), parts[0], parts[1]))) {
            gateway.post("/v1/chat/completions", chat("only", false));
        }
        assertEquals(0, collector.bodies().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"OTEL_TRACES_SAMPLER=sometimes", "OTEL_TRACES_SAMPLER_ARG=2",
            "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=collector:4317", "OTEL_BSP_MAX_QUEUE_SIZE=0"})
    void aVariableThatCannotBeUsedStopsTheStartAndIsNamed(String variable) {
        FakeUpstream upstream = fixture.upstream();
        String[] parts = variable.split("=");
        Map<String, String> variables = new HashMap<>(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT",
                "http://127.0.0.1:1", "OTEL_TRACES_SAMPLER", "traceidratio"));
        variables.put(parts[0], parts[1]);
        SettingFault fault = assertThrows(SettingFault.class, () -> gateway(upstream, variables));
        assertTrue(fault.getMessage().contains(parts[0]), fault.getMessage());
    }
}
