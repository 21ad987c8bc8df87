package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.openai.errors.BadRequestException;
import com.openai.errors.InternalServerException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * Every error is OpenAI's envelope, with the status and code that make the official clients raise the right exception.
 */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class ErrorsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("camel.resilience4j.minimumNumberOfCalls", "10", "gateway.request.max-bytes", "100000"));

    private static JsonNode assertEnvelope(int status, String code, HttpResponse<String> answer) throws Exception {
        assertEquals(status, answer.statusCode(), answer.body());
        JsonNode root = JSON.readTree(answer.body());
        assertEquals(Set.of("error"), names(root));
        JsonNode error = root.get("error");
        assertEquals(Set.of("code", "message", "param", "type"), names(error));
        assertTrue(error.get("code").isTextual(), "the code is a text");
        assertEquals(code, error.get("code").asText());
        assertTrue(error.get("message").asText().length() > 5);
        assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
        assertTrue(answer.headers().firstValue("x-litellm-call-id").isPresent());
        assertFalse(answer.body().contains("at io.dromedary") || answer.body().contains("Exception"), answer.body());
        return error;
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{|invalid_json", "[]|invalid_json", "42|invalid_json", "''|invalid_json", "null|invalid_json",
        "{\"model\":\"only\",\"messages\":[{\"role\":\"user\"}]} x|invalid_json",
        "{\"model\":\"only\",\"model\":\"other\",\"messages\":[{}]}|invalid_json",
        "{\"model\":5,\"messages\":[{\"role\":\"user\"}]}|invalid_type",
        "{\"model\":\"only\",\"stream\":\"yes\",\"messages\":[{\"role\":\"user\"}]}|invalid_type",
        "{\"model\":\"only\"}|missing_required_parameter",
        "{\"model\":\"only\",\"messages\":null}|missing_required_parameter",
        "{\"model\":\"only\",\"messages\":\"hi\"}|invalid_type",
        "{\"model\":\"only\",\"messages\":[\"hi\"]}|invalid_type",
        "{\"model\":\"only\",\"messages\":[]}|invalid_value",
        "{\"model\":\"only\",\"messages\":[{}],\"api_base\":\"http://evil\"}|parameter_not_allowed",
        "{\"model\":\"only\",\"messages\":[{}],\"api_key\":\"k\"}|parameter_not_allowed",
        "{\"model\":\"only\",\"messages\":[{}],\"base_url\":\"k\"}|parameter_not_allowed",
        "{\"model\":\"only\",\"messages\":[{}],\"user_config\":{}}|parameter_not_allowed",
        "{\"model\":\"only\",\"messages\":[{}],\"mock_response\":\"k\"}|parameter_not_allowed"})
    void aBrokenRequestIs400AndNeverGoesUpstream(String body, String code) throws Exception {
        int before = upstream.received().size();
        assertEnvelope(400, code, gateway.post("/v1/chat/completions", body));
        assertEquals(before, upstream.received().size());
    }

    @Test
    void invalidUtf8Is400() throws Exception {
        byte[] body = "{\"model\":\"only\",\"messages\":[{\"role\":\"user\",\"content\":\"xx\"}]}".getBytes("UTF-8");
        body[body.length - 6] = (byte) 0xC3;
        body[body.length - 5] = (byte) 0x28;
        HttpRequest request = gateway.request("/v1/chat/completions", "Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build();
        assertEnvelope(400, "invalid_json", gateway.send(request));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"})
    void anotherEncodingIs400(String encoding) throws Exception {
        HttpRequest request = gateway.request("/v1/chat/completions", "Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofByteArray(RunningGateway.chat("only", false).getBytes(encoding)))
                .build();
        assertEnvelope(400, "invalid_json", gateway.send(request));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nix/%zz", "/v1/models/%zz", "/model/info?litellm_model_id=%zz"})
    void aBrokenEscapeIs400InTheEnvelope(String path) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + RunningGateway.KEY
                    + "\r\n\r\n").readUntil("}}");
            assertTrue(answer.startsWith("HTTP/1.1 400") && answer.contains("x-litellm-call-id"), answer);
        }
    }

    @Test
    void nestingWithoutEndIs400() throws Exception {
        String deep = "[".repeat(20_000);
        assertEnvelope(400, "request_beyond_limit", gateway.post("/v1/chat/completions",
                "{\"model\":\"only\",\"messages\":[{\"a\":" + deep));
    }

    @Test
    void aModelsNameThatCannotBeWrittenInUtf8Is400() throws Exception {
        assertEnvelope(400, "invalid_value",
                gateway.post("/v1/chat/completions", RunningGateway.chat("\\ud800", false)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"prompt", "input"})
    void theOtherEndpointsNeedTheirInputToo(String field) throws Exception {
        String path = field.equals("prompt") ? "/v1/completions" : "/v1/embeddings";
        JsonNode error = assertEnvelope(400, "missing_required_parameter", gateway.post(path, "{\"model\":\"only\"}"));
        assertEquals(field, error.get("param").asText());
    }

    @Test
    void anUnknownModelIs404AndTheAnswerListsWhatThereIs() throws Exception {
        JsonNode error = assertEnvelope(404, "model_not_found",
                gateway.post("/v1/chat/completions", RunningGateway.chat("gpt-9", false)));
        assertTrue(error.get("message").asText().contains("`gpt-9`") && error.get("message").asText().contains("only"));
        assertEnvelope(404, "model_not_found", gateway.get("/v1/models/gpt-9"));
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"/v1/images/nothing", "/v1/audio", "/v1/responsesx",
        "/v1/messagesx", "/nowhere", "/engines/x/nowhere", "/engines//chat/completions", "/v1/chat", "/proxyfoo"})
    void anUnknownPathIs404(String path) throws Exception {
        assertEnvelope(404, "unknown_url", gateway.post(path, RunningGateway.chat("only", false)));
    }

    @Test
    void aWrongMethodIs405() throws Exception {
        assertEnvelope(405, "method_not_allowed", gateway.get("/v1/chat/completions"));
        assertEnvelope(405, "method_not_allowed", gateway.get("/engines/only/chat/completions"));
        assertEnvelope(405, "method_not_allowed", gateway.post("/v1/models", "{}"));
        assertEnvelope(405, "method_not_allowed", gateway.post("/health/liveness", "{}"));
        assertEnvelope(405, "method_not_allowed", gateway.post("/", "{}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
        "APPLICATION/X-WWW-FORM-URLENCODED"})
    void aFormIs415(String type) throws Exception {
        HttpRequest request = gateway.request("/v1/chat/completions", "Authorization", "Bearer " + RunningGateway.KEY,
                "Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("only", false)))
                .build();
        assertEnvelope(415, "unsupported_media_type", gateway.send(request));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/octet-stream", "application/json; charset=utf-8", "nonsense"})
    void jsonIsTakenUnderAnyOtherType(String type) {
        HttpRequest request = gateway.request("/v1/chat/completions", "Authorization", "Bearer " + RunningGateway.KEY,
                "Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("only", false)))
                .build();
        assertEquals(200, gateway.send(request).statusCode());
    }

    @Test
    void aBodyOverTheLimitIs413WhetherItSaysSoOrNot() throws Exception {
        String body = RunningGateway.chat("only", false).replace("hi", "x".repeat(200_000));
        assertEnvelope(413, "request_too_large", gateway.post("/v1/chat/completions", body));
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 4; i++) {
                client.send("8000\r\n" + "x".repeat(0x8000) + "\r\n");
            }
            assertTrue(client.readUntil("}}").startsWith("HTTP/1.1 413"));
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() == 0);
    }

    @Test
    void theOfficialClientsExceptionsAreTheRightOnes() {
        ChatCompletionCreateParams chat = ChatCompletionCreateParams.builder().model("only").addUserMessage("x")
                .build();
        upstream.does((request, line) ->
                line.json(400, Replies.error("no", "invalid_request_error", "context_length_exceeded")));
        BadRequestException bad = assertThrows(BadRequestException.class,
                () -> gateway.openai().chat().completions().create(chat));
        assertEquals("context_length_exceeded", bad.code().orElse(""));
        upstream.does((request, line) -> line.json(401, Replies.error("no", "x", "x")));
        assertThrows(UnauthorizedException.class, () -> gateway.openai().chat().completions().create(chat));
        upstream.does((request, line) -> line.json(404, Replies.error("no", "x", "x")));
        assertThrows(NotFoundException.class, () -> gateway.openai().chat().completions().create(chat));
        upstream.does((request, line) -> line.json(429, Replies.error("no", "x", "rate_limit_exceeded")));
        assertThrows(RateLimitException.class, () -> gateway.openai().chat().completions().create(chat));
        upstream.does((request, line) -> line.json(503, Replies.error("no", "x", "x")));
        assertThrows(InternalServerException.class, () -> gateway.openai().chat().completions().create(chat));
        upstream.does((request, line) -> line.json(200, Replies.chat("well again")));
    }

    @Test
    void whatIsNoHttpIsRefusedInTheEnvelope() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            assertTrue(client.send("HELLO\r\n\r\n").readAll().contains("\"code\":\"invalid_http\""));
        }
        try (RawClient client = new RawClient(gateway.port())) {
            assertTrue(client.send("GET / HTTP/1.1\r\nHost: x\r\nx: " + "y".repeat(40_000) + "\r\n\r\n").readAll()
                    .startsWith("HTTP/1.1 431"));
        }
    }

    @Test
    void anErrorInAnAddedStepIs500WithTheCallIdAndNothingElse() throws Exception {
        String route = """
                - route:
                    id: added
                    from:
                      uri: platform-http:/added
                      steps:
                        - process: {ref: openCall}
                        - throwException: {exceptionType: java.lang.IllegalStateException, message: internal detail}
                """;
        try (RunningGateway other = RunningGateway.with(RunningGateway.single(upstream), Map.of(),
                Map.of("added.camel.yaml", route))) {
            JsonNode error = assertEnvelope(500, "internal_error", other.get("/added"));
            assertFalse(error.toString().contains("internal detail"));
        }
    }
}
