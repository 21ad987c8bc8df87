package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Forms;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Uploads as forms: the model out of a part, the files untouched, and failover as chats have it. */
@TestInstance(Lifecycle.PER_CLASS)
class FormEndpointTest {

    private static final String TRANSCRIBE = "/v1/audio/transcriptions";
    private static final String HEARD = "{\"text\":\"a camel\"}";
    private static final byte[] SOUND = sound(10_000);
    private static final String STEP = """
            - routeConfiguration:
                interceptFrom:
                  - interceptFrom:
                      id: own-step
                      uri: direct:model-router
                      steps:
                        - bean:
                            id: hint
                            ref: requestBody
                            method: "set(${body}, 'prompt', 'Names: ${bean:requestBody?method=field(${body}, 'user')}')"
            """;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud)
            .replace("general_settings", "router_settings: {disable_cooldowns: true}\ngeneral_settings"));

    @BeforeEach
    void hearAgain() {
        local.does((request, line) -> line.json(200, HEARD));
        cloud.does((request, line) -> line.json(200, HEARD));
        local.received().clear();
        cloud.received().clear();
    }

    /** Noise with many line ends and dashes in it, the same each time. */
    private static byte[] sound(int length) {
        byte[] bytes = new byte[length];
        new Random(4711).nextBytes(bytes);
        byte[] near = ("\r\n--" + Forms.BOUNDARY.substring(1) + "\r\n\r\n--" + Forms.BOUNDARY.substring(0, 8))
                .getBytes(StandardCharsets.US_ASCII);
        for (int at = 100; at + near.length < length; at += 1000) {
            System.arraycopy(near, 0, bytes, at, near.length);
        }
        return bytes;
    }

    private HttpResponse<String> post(String path, String type, byte[] form) {
        return gateway.send(gateway.request(path).header("Authorization", "Bearer " + RunningGateway.KEY)
                .header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofByteArray(form)).build());
    }

    private HttpResponse<String> post(byte[] form) {
        return post(TRANSCRIBE, Forms.type(Forms.BOUNDARY), form);
    }

    private static Forms speech(String model) {
        return Forms.form().text("response_format", "json").text("model", model).file("file", SOUND)
                .text("timestamp_granularities[]", "word").text("timestamp_granularities[]", "segment");
    }

    @ParameterizedTest
    @CsvSource({"/v1/audio/transcriptions,file", "/audio/transcriptions,file", "/v1/audio/translations,file",
        "/audio/translations,file", "/v1/images/edits,image[]", "/images/edits,image", "/v1/images/variations,image",
        "/images/variations,image"})
    void aFormGoesUpstreamByteForByteButForItsModel(String path, String file) {
        Forms sent = Forms.form().text("prompt", "größer, \"breiter\"\r\n").file(file, SOUND).text("model", "local");
        HttpResponse<String> answer = post(path, Forms.type(Forms.BOUNDARY), sent.ended());
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(HEARD, answer.body());
        assertEquals("/v1" + path.replace("/v1", ""), local.last().path());
        assertEquals("multipart/form-data; boundary=" + Forms.BOUNDARY, local.last().headers().get("Content-Type"));
        assertArrayEquals(Forms.form().text("prompt", "größer, \"breiter\"\r\n").file(file, SOUND)
                .text("model", "local-upstream").ended(), local.last().body());
    }

    @ParameterizedTest
    @ValueSource(ints = {503, 500, 429, 401})
    void anUploadThatLocalCannotTakeIsSentAgainToTheCloud(int status) {
        local.does((request, line) -> line.json(status, Replies.error("loading", "server_error", "x")));
        assertEquals(HEARD, post(speech("local").ended()).body());
        assertArrayEquals(speech("local-upstream").ended(), local.last().body());
        assertArrayEquals(speech("cloud-upstream").ended(), cloud.last().body());
    }

    @Test
    void whatSteersTheGatewayIsObeyedAndLeftOut() {
        local.does((request, line) -> line.json(503, Replies.error("loading", "server_error", "x")));
        Forms sent = Forms.form().text("model", "embed").text("fallbacks", "[\"local\", \"cloud\"]")
                .text("num_retries", "0").text("tags[]", "a").text("additional_drop_params[]", "prompt")
                .text("prompt", "secret").text("disable_fallbacks", "False").file("file", SOUND);
        cloud.does((request, line) -> line.json(
                new String(request.body(), StandardCharsets.ISO_8859_1).contains("embed") ? 503 : 200, HEARD));
        HttpResponse<String> answer = post(sent.ended());
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("cloud-id", answer.headers().firstValue("x-litellm-model-id").orElse(""));
        assertEquals("tags, prompt", answer.headers().firstValue("x-dromedary-dropped-params").orElse(""));
        assertArrayEquals(Forms.form().text("model", "cloud-upstream").file("file", SOUND).ended(),
                cloud.last().body());
        answer = post(Forms.form().text("model", "local").text("disable_fallbacks", "true").file("file", SOUND)
                .ended());
        assertEquals(503, answer.statusCode());
    }

    @Test
    void aFieldThatAFallbackOverridesIsWrittenAnewAndOneThatWasNotThereIsAdded() {
        local.does((request, line) -> line.json(503, Replies.error("loading", "server_error", "x")));
        Forms sent = speech("local").text("language", "de").text("fallbacks",
                "[{\"model\":\"cloud\",\"language\":\"en\",\"temperature\":0.5,\"include\":[\"logprobs\"]}]");
        assertEquals(200, post(sent.ended()).statusCode());
        assertArrayEquals(speech("cloud-upstream").text("language", "en").text("temperature", "0.5")
                .text("include[]", "logprobs").ended(), cloud.last().body());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"model\":\"cloud\",\"a\":\"\\r\\n------form4711\\r\\nx\"}",
        "{\"model\":\"cloud\",\"a\\\"; filename=\\\"b\":\"x\"}", "{\"model\":\"cloud\",\"a\\r\\nb: c\":\"x\"}"})
    void noOverrideSmugglesAPartIn(String fallback) {
        local.does((request, line) -> line.json(503, Replies.error("loading", "server_error", "x")));
        HttpResponse<String> answer = post(speech("local").text("fallbacks", "[" + fallback + "]").ended());
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("invalid_form"), answer.body());
        assertTrue(cloud.posts().isEmpty());
    }

    @Test
    void aParameterThatAnUpstreamDoesNotTakeIsLeftOutOfItsForm() {
        local.does((request, line) -> {
            if (new String(request.body(), StandardCharsets.ISO_8859_1).contains("\"chunking_strategy\"")) {
                line.json(400, "{\"error\":{\"message\":\"Unsupported parameter: 'chunking_strategy' is not supported"
                        + " with this model.\",\"type\":\"invalid_request_error\",\"param\":\"chunking_strategy\","
                        + "\"code\":\"unsupported_parameter\"}}");
            } else {
                line.json(200, HEARD);
            }
        });
        HttpResponse<String> answer = post(speech("local").text("chunking_strategy", "auto").ended());
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("chunking_strategy", answer.headers().firstValue("x-dromedary-dropped-params").orElse(""));
        assertArrayEquals(speech("local-upstream").ended(), local.last().body());
    }

    @Test
    void aStepSeesTheFieldsAsJsonAndChangesThem() {
        try (RunningGateway stepped = RunningGateway.with(RunningGateway.localAndCloud(local, cloud), Map.of(),
                Map.of("own.camel.yaml", STEP))) {
            byte[] form = speech("local").text("user", "Ada").ended();
            HttpResponse<String> answer = stepped.send(stepped.request(TRANSCRIBE)
                    .header("Authorization", "Bearer " + RunningGateway.KEY)
                    .header("Content-Type", Forms.type(Forms.BOUNDARY))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(form)).build());
            assertEquals(200, answer.statusCode(), answer.body());
            assertArrayEquals(speech("local-upstream").text("user", "Ada").text("prompt", "Names: Ada").ended(),
                    local.last().body());
        }
    }

    @Test
    void anUploadOf20MegabytesFailsOverAndNothingOfItStaysHeld() {
        local.does((request, line) -> line.json(503, Replies.error("loading", "server_error", "x")));
        byte[] large = sound(20 * 1024 * 1024);
        HttpResponse<String> answer = post(Forms.form().text("model", "local").file("file", large).ended());
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(Arrays.equals(Forms.form().text("model", "cloud-upstream").file("file", large).ended(),
                cloud.last().body()));
        await().atMost(Duration.ofSeconds(10)).until(() -> gateway.app().heldBytes() == 0);
    }

    @Test
    void anUploadThatIsTooLargeIs413AndOneForWhichThereIsNoRoomIs503() {
        try (RunningGateway small = RunningGateway.with(RunningGateway.localAndCloud(local, cloud),
                Map.of("gateway.request.max-bytes", "100000", "gateway.memory.bytes", "150000"))) {
            for (int[] expected : new int[][] {{120_000, 413}, {90_000, 503}, {60_000, 200}}) {
                byte[] form = Forms.form().text("model", "local").file("file", new byte[expected[0]]).ended();
                assertEquals(expected[1], small.send(small.request(TRANSCRIBE)
                        .header("Authorization", "Bearer " + RunningGateway.KEY)
                        .header("Content-Type", Forms.type(Forms.BOUNDARY))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(form)).build()).statusCode());
            }
            await().atMost(Duration.ofSeconds(10)).until(() -> small.app().heldBytes() == 0);
        }
    }

    @Test
    void aTranscriptComesWhileTheUpstreamStillListens() throws Exception {
        local.does((request, line) -> {
            line.streamHead().event("{\"type\":\"transcript.text.delta\",\"delta\":\"a \"}");
            line.awaitClosed();
        });
        byte[] form = Forms.form().text("model", "local").text("stream", "True").file("file", SOUND).ended();
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST " + TRANSCRIBE + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
                    + RunningGateway.KEY + "\r\nContent-Type: " + Forms.type(Forms.BOUNDARY)
                    + "\r\nContent-Length: " + form.length + "\r\n\r\n").send(form);
            String answer = client.readUntil("\"delta\":\"a \"}\n\n");
            assertTrue(answer.contains("Content-Type: text/event-stream") || answer.contains("content-type: text/"),
                    answer);
            assertTrue(new String(local.last().body(), StandardCharsets.ISO_8859_1).contains("True"),
                    "the flag stands as the client wrote it");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain; charset=utf-8", "application/x-subrip", "text/vtt", "application/json"})
    void anAnswerOfAnyTypeIsGivenAsItIs(String type) {
        String heard = type.contains("json") ? "{\"task\":\"transcribe\",\"model\":\"whisper-1\",\"segments\":[]}"
                : "1\n00:00:00,000 --> 00:00:01,000\na camel\n";
        local.does((request, line) -> line.whole(200, type, heard));
        HttpResponse<String> answer = post(speech("local").ended());
        assertEquals(heard, answer.body());
        assertEquals(type, answer.headers().firstValue("Content-Type").orElse(""));
    }

    @Test
    void aFormWithoutAModelOrAFileIs400AndOneWithTwoModelsToo() {
        for (String[] wrong : new String[][] {{"a", "file", "Name a model"}, {"model", "other", "'file'"}}) {
            HttpResponse<String> answer = post(Forms.form().text(wrong[0], "local").file(wrong[1], SOUND).ended());
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains(wrong[2]), answer.body());
        }
        for (String second : new String[] {"model", "model[]"}) {
            HttpResponse<String> answer = post(speech("local").text(second, "cloud").ended());
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("'model' must be a string"), answer.body());
        }
        assertEquals(404, post(speech("nobody").ended()).statusCode());
        for (String refused : new String[] {"api_base", "api_key", "mock_response"}) {
            assertTrue(post(speech("local").text(refused, "x").ended()).body().contains("parameter_not_allowed"));
        }
        assertTrue(local.posts().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/x-www-form-urlencoded", "text/plain", "multipart/mixed; boundary=x"})
    void aBodyOfAnotherTypeIs415(String type) {
        HttpResponse<String> answer = post(TRANSCRIBE, type, speech("local").ended());
        assertEquals(415, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("multipart/form-data"), answer.body());
    }

    @Test
    void anEditMayComeAsJsonToo() {
        local.does((request, line) -> line.json(200, "{\"data\":[{\"b64_json\":\"AA==\"}],\"model\":\"x\"}"));
        HttpResponse<String> answer =
                gateway.post("/v1/images/edits", "{\"model\":\"local\",\"prompt\":\"a hat\",\"images\":[]}");
        assertEquals("{\"data\":[{\"b64_json\":\"AA==\"}],\"model\":\"local\"}", answer.body());
        assertEquals("{\"model\":\"local-upstream\",\"prompt\":\"a hat\",\"images\":[]}", local.last().text());
    }

    @Test
    void noByteOfAFormIsReadWithoutTheKey() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST " + TRANSCRIBE + " HTTP/1.1\r\nHost: gateway\r\nContent-Type: "
                    + Forms.type(Forms.BOUNDARY) + "\r\nContent-Length: 1000000\r\n\r\n--");
            assertTrue(client.readUntil("\r\n\r\n").startsWith("HTTP/1.1 401"));
        }
    }

    @Test
    void anUploadEndsUpstreamWhenItsClientLeaves() throws Exception {
        boolean[] closed = new boolean[1];
        local.does((request, line) -> closed[0] = line.awaitClosed());
        byte[] form = speech("local").ended();
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST " + TRANSCRIBE + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer "
                    + RunningGateway.KEY + "\r\nContent-Type: " + Forms.type(Forms.BOUNDARY)
                    + "\r\nContent-Length: " + form.length + "\r\n\r\n").send(form);
            await().until(() -> !local.posts().isEmpty());
            client.reset();
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> closed[0]);
        assertFalse(gateway.app().heldBytes() < 0);
        assertTrue(cloud.posts().isEmpty());
    }
}
