package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An endpoint is an item of YAML: rerank and moderations, and any that a team adds, have failover as chat has. */
class EndpointAsDataTest {

    private static final String RERANK =
            "{\"model\":\"local\",\"query\":\"camel\",\"documents\":[\"a\",\"b\"],\"stream\":true}";
    private static final String RANKED = "{\"model\":\"upstream\",\"results\":[{\"index\":1,\"relevance_score\":0.9}]}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();

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

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"multipart/mixed; boundary=AbC|--AbC",
        "application/x-ndjson|{\"model\":\"a\"}\\n{}",
        "application/json; charset=utf-8|[1, 2]", "application/problem+json|{\"model\":\"theirs\",\"error\":null}"})
    void anOpaqueAnswerIsPassedAsItIs(String type, String written) {
        String body = written.replace("\\n", "\n");
        local.does((request, line) -> line.raw("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body));
        try (RunningGateway gateway = gateway(Map.of("own.camel.yaml", endpoint("/x", "opaque")))) {
            HttpResponse<String> answer = gateway.post("/v1/own", "{\"model\":\"local\"}");
            assertEquals(type, answer.headers().firstValue("Content-Type").orElse(""));
            assertEquals(body, answer.body());
            assertEquals("*/*", local.last().headers().get("Accept"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x=\u00e9", "x=\u0001"})
    void aTypeThatNoHeaderMayHoldIsMadeOneThatItMay(String parameter) {
        local.does((request, line) -> line.raw(("HTTP/1.1 200 OK\r\nContent-Type: text/plain; " + parameter
                + "\r\nContent-Length: 2\r\n\r\nhi").getBytes(StandardCharsets.ISO_8859_1)));
        try (RunningGateway gateway = gateway(Map.of("own.camel.yaml", endpoint("/x", "opaque")))) {
            HttpResponse<String> answer = gateway.post("/v1/own", "{\"model\":\"local\"}");
            assertEquals(200, answer.statusCode());
            assertTrue(answer.headers().firstValue("Content-Type").orElse("").endsWith("?"));
        }
    }

    @ParameterizedTest
    @CsvSource({"opaque,application/json", "json,text/plain"})
    void anErrorObjectUnderA200GoesToTheNextWhateverTheKind(String kind, String type) {
        String error = Replies.error("loading", "server_error", "x");
        local.does((request, line) -> line.raw("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: "
                + error.length() + "\r\n\r\n" + error));
        cloud.does((request, line) -> line.json(200, "{\"well\":true,\"error\":false}"));
        try (RunningGateway gateway = gateway(Map.of("own.camel.yaml", endpoint("/x", kind)))) {
            HttpResponse<String> answer = gateway.post("/v1/own", "{\"model\":\"local\"}");
            assertEquals("{\"well\":true,\"error\":false}", answer.body());
        }
    }

    @Test
    void aServerWithoutThatEndpointStaysWellForChats() {
        FakeUpstream.Behaviour chatsOnly = (request, line) -> {
            if (request.path().endsWith("/chat/completions")) {
                line.json(200, Replies.chat("well"));
            } else {
                line.json(404, "{\"detail\":\"Not Found\"}");
            }
        };
        local.does(chatsOnly);
        cloud.does(chatsOnly);
        try (RunningGateway gateway = gateway(Map.of())) {
            for (int i = 0; i < 6; i++) {
                assertEquals(404, gateway.post("/v1/rerank", RERANK).statusCode());
            }
            HttpResponse<String> chat = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals("local-id", chat.headers().firstValue("x-litellm-model-id").orElse(""));
        }
    }

    @Test
    void noModelIsNoneThatAPatternMatchesAndARerankerIsNoDefaultForChats() {
        String config = """
                model_list:
                  - model_name: ranker
                    litellm_params: {model: openai/ranker, api_base: '%s'}
                    model_info: {mode: rerank}
                  - {model_name: writer, litellm_params: {model: openai/writer, api_base: '%s'}}
                  - {model_name: '*', litellm_params: {model: 'openai/*', api_base: '%s'}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl(), cloud.baseUrl(), local.baseUrl());
        try (RunningGateway gateway = RunningGateway.with(config)) {
            HttpResponse<String> answer = gateway.post("/v1/moderations", "{\"input\":\"hi\"}");
            assertEquals(400, answer.statusCode(), answer.body());
            assertEquals(200, gateway.post("/v1/chat/completions",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}").statusCode());
            assertTrue(local.posts().isEmpty());
        }
    }

    @Test
    void aBuiltInEndpointMayRequireMore() {
        String chat = endpoint("", "").replace("value: own}\n      - {name: upstream",
                "value: chat}\n      - {name: requires, value: user}\n      - {name: upstream");
        try (RunningGateway gateway = gateway(Map.of("own.camel.yaml", chat))) {
            assertTrue(gateway.post("/v1/own", RunningGateway.chat("local", false)).body().contains("'user'"));
            assertTrue(gateway.post("/v1/own", "{\"model\":\"local\",\"user\":\"a\"}").body().contains("'messages'"));
        }
    }

    @Test
    void aPathBehindTheDeploymentsNameIsTheOneThatIsAsked() throws Exception {
        String deployment = Routes.read("deployment.camel.yaml");
        String edited = deployment.replace("uri: \"upstream:{{deployment}}\"",
                "uri: \"upstream:{{deployment}}/score\"");
        assertNotEquals(deployment, edited);
        local.does((request, line) -> line.json(200, "{\"results\":[]}"));
        try (RunningGateway gateway = gateway(Map.of("deployment.camel.yaml", edited))) {
            assertEquals("{\"results\":[]}", gateway.post("/v1/rerank", RERANK).body());
            assertEquals("/v1/score", local.last().path());
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
