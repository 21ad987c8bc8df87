package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An endpoint is an item of YAML: rerank and moderations, and any that a team adds, have failover as chat has. */
class EndpointAsDataTest {

    private static final String RERANK =
            "{\"model\":\"local\",\"query\":\"camel\",\"documents\":[\"a\",\"b\"],\"stream\":true}";
    private static final String RANKED = "{\"model\":\"upstream\",\"results\":[{\"index\":1,\"relevance_score\":0.9}]}";

    private final FakeUpstream local = FakeUpstream.start();
    private final FakeUpstream cloud = FakeUpstream.start();

    @AfterEach
    void stop() {
        local.close();
        cloud.close();
    }

    private RunningGateway gateway(Map<String, String> routes) {
        return RunningGateway.with(RunningGateway.localAndCloud(local, cloud), Map.of(), routes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/rerank", "/rerank", "/v2/rerank"})
    void aRerankIsAnsweredByTheUpstreamsRerank(String path) {
        local.does((request, line) -> line.json(200, RANKED));
        try (RunningGateway gateway = gateway(Map.of())) {
            HttpResponse<String> answer = gateway.post(path, RERANK);
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals(RANKED.replace("upstream", "local"), answer.body());
            assertEquals("/v1/rerank", local.last().path());
            assertEquals(RERANK.replace("\"local\"", "\"local-upstream\""), local.last().text());
        }
    }

    @Test
    void aModerationMovesOnToTheCloudWhenLocalFailsAndWhenAnErrorStandsUnderA200() {
        cloud.does((request, line) -> line.json(200, "{\"id\":\"m\",\"results\":[{\"flagged\":false}]}"));
        try (RunningGateway gateway = gateway(Map.of())) {
            for (int status : new int[] {503, 200}) {
                local.does((request, line) -> line.json(status, Replies.error("loading", "server_error", "x")));
                HttpResponse<String> answer =
                        gateway.post("/v1/moderations", "{\"model\":\"local\",\"input\":\"hi\"}");
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("cloud-id", answer.headers().firstValue("x-litellm-model-id").orElse(""));
                assertEquals("/v1/moderations", cloud.last().path());
            }
        }
    }

    @Test
    void whatAnEndpointRequiresIsAskedForAndNoModelIsTakenByDefault() {
        try (RunningGateway gateway = gateway(Map.of())) {
            HttpResponse<String> answer = gateway.post("/v1/rerank", "{\"model\":\"local\",\"query\":\"camel\"}");
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains("'documents'"), answer.body());
            answer = gateway.post("/v1/moderations", "{\"input\":\"hi\"}");
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("Name a model"), answer.body());
        }
    }

    private static String endpoint(String upstream, String answer) {
        return """
                - templatedRoute:
                    routeTemplateRef: endpoint
                    routeId: own
                    prefixId: own
                    parameters:
                      - {name: path, value: /v1/own}
                      - {name: operation, value: own}
                      - {name: upstream, value: '%s'}
                      - {name: answer, value: '%s'}
                """.formatted(upstream, answer);
    }

    @Test
    void aTeamAddsAnEndpointWhoseAnswerIsNoJson() throws Exception {
        byte[] audio = {(byte) 0xFF, (byte) 0xFB, 0, 13, 10, 0};
        local.does((request, line) -> line.json(500, Replies.error("no voice", "server_error", "x")));
        cloud.does((request, line) ->
                line.raw("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: 6\r\n\r\n")
                .raw(audio));
        try (RunningGateway gateway = gateway(Map.of("own.camel.yaml", endpoint("/audio/speech", "opaque")))) {
            HttpResponse<byte[]> answer = HttpClient.newHttpClient().send(gateway.request("/v1/own")
                    .header("Authorization", "Bearer " + RunningGateway.KEY)
                    .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"local\",\"input\":\"hi\"}")).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            assertEquals(200, answer.statusCode());
            assertEquals("audio/mpeg", answer.headers().firstValue("Content-Type").orElse(""));
            assertArrayEquals(audio, answer.body());
            assertEquals("/v1/audio/speech", cloud.last().path());
        }
    }

    @Test
    void aKindThatThereIsNotStopsTheStartAndSaysWhatToWrite() {
        for (String[] wrong : new String[][] {{"/x", "jsn", "write chat, completion, embedding, json or opaque"},
                {"x", "json", "write the path under the deployments' base URL"}}) {
            Throwable failure = assertThrows(Exception.class,
                    () -> gateway(Map.of("own.camel.yaml", endpoint(wrong[0], wrong[1]))).close());
            StringBuilder told = new StringBuilder();
            for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
                told.append(cause.getMessage()).append('\n');
            }
            assertTrue(told.toString().contains(wrong[2]), told.toString());
        }
    }

    @Test
    void aWrongMethodIsToldWhichOnesThereAre() {
        try (RunningGateway gateway = gateway(Map.of())) {
            HttpResponse<String> answer = gateway.get("/v1/rerank");
            assertEquals(405, answer.statusCode(), answer.body());
            assertEquals("POST", answer.headers().firstValue("Allow").orElse(""));
            answer = gateway.post("/v1/models", "{}");
            assertEquals(405, answer.statusCode(), answer.body());
            assertEquals("GET, HEAD", answer.headers().firstValue("Allow").orElse(""));
            assertTrue(answer.body().contains("method_not_allowed"), answer.body());
        }
    }
}
