package io.dromedary.packaged;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.RunningGateway;

/** Where its output is no terminal, as in a container, each line of the packaged gateway is an object of JSON. */
@Timeout(90)
class JsonLogIT {

    @TempDir
    private Path folder;

    @Test
    void whatAContainersGatewayPrintsParsesLineByLine() throws Exception {
        try (FakeUpstream upstream = FakeUpstream.start()) {
            Path config = Files.writeString(folder.resolve("c.yaml"), RunningGateway.single(upstream));
            int port = PackagedGateway.freePort();
            try (PackagedGateway gateway = PackagedGateway.run(folder, Map.of("LITELLM_MASTER_KEY", RunningGateway.KEY,
                    "GATEWAY_LOG_FORMAT", "auto", "LITELLM_LOG", "DEBUG"), "-c", config.toString(), "--host",
                    "127.0.0.1", "--port", String.valueOf(port)).awaitOutput("Listening")) {
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port
                        + "/v1/chat/completions")).header("Authorization", "Bearer " + RunningGateway.KEY)
                        .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("only", false))).build();
                assertEquals(200, HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString())
                        .statusCode());
                Files.writeString(config, "model_list: [");
                new ProcessBuilder("kill", "-HUP", String.valueOf(gateway.pid())).start().waitFor();
                gateway.awaitOutput("Not reloaded").terminate();
                assertEquals(0, gateway.awaitExit());
                List<JsonNode> lines = gateway.output().lines().map(JsonLogIT::parsed).toList();
                JsonNode access = lines.stream().filter(line -> "dromedary.access".equals(line.path("loggerName")
                        .asText())).findFirst().orElseThrow();
                assertEquals("only-id", access.path("deployment").asText());
                for (JsonNode line : lines) {
                    assertTrue(line.path("timestamp").asLong() > 0 && line.path("level").asText().length() > 3
                            && !line.path("loggerName").asText().isEmpty(), line.toString());
                    assertTrue(line == access || !line.path("formattedMessage").asText().isEmpty(), line.toString());
                }
            }
        }
    }

    private static JsonNode parsed(String line) {
        try {
            JsonNode node = new ObjectMapper().readTree(line);
            assertTrue(node.isObject(), line);
            return node;
        } catch (IOException e) {
            throw new AssertionError("Not JSON: " + line, e);
        }
    }
}
