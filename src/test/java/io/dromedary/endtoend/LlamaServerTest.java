package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Transcripts;

/** Everything that a real llama-server was recorded to answer reaches the client whole, but for the model's name. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class LlamaServerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    private HttpResponse<String> replay(String path, String transcript) throws Exception {
        upstream.does((request, line) -> line.raw(Transcripts.reply(transcript)).hangUp());
        ObjectNode body = (ObjectNode) JSON.readTree(Transcripts.requestBody(transcript));
        body.put("model", "only");
        return gateway.post(path, body.toString());
    }

    private static String recorded(String transcript) {
        String reply = new String(Transcripts.reply(transcript), StandardCharsets.UTF_8);
        return reply.substring(reply.indexOf("\r\n\r\n") + 4).trim();
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"10-chat", "13-chat-max-tokens-1", "14-chat-max_completion_tokens", "15-chat-stop", "18-chat-logprobs",
        "20-chat-json-schema", "22-chat-json-object", "23-chat-tools-required", "26-chat-tool-result",
        "29-chat-text-parts",
        "31-chat-unknown-field", "67-err-bad-schema", "70-err-type", "71-err-temperature-string", "75-length-finish"})
    void aPlainChatArrivesWhole(String transcript) throws Exception {
        HttpResponse<String> answer = replay("/v1/chat/completions", transcript);
        assertEquals(200, answer.statusCode(), answer.body());
        ObjectNode expected = (ObjectNode) JSON.readTree(recorded(transcript));
        expected.put("model", "only");
        assertEquals(expected, JSON.readTree(answer.body()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"40-completion", "42-completion-logprobs", "43-completion-array"})
    void aTextCompletionArrivesWhole(String transcript) throws Exception {
        HttpResponse<String> answer = replay("/v1/completions", transcript);
        assertEquals(200, answer.statusCode(), answer.body());
        JsonNode expected = JSON.readTree(recorded(transcript));
        if (expected instanceof ObjectNode object) {
            object.put("model", "only");
        }
        assertEquals(expected, JSON.readTree(answer.body()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"50-embed", "51-embed-array", "52-embed-base64", "53-embed-tokens"})
    void anEmbeddingArrivesWhole(String transcript) throws Exception {
        HttpResponse<String> answer = replay("/v1/embeddings", transcript);
        assertEquals(200, answer.statusCode(), answer.body());
        ObjectNode expected = (ObjectNode) JSON.readTree(recorded(transcript));
        expected.put("model", "only");
        assertEquals(expected, JSON.readTree(answer.body()));
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"11-chat-stream", "12-chat-stream-usage", "19-chat-logprobs-stream", "21-chat-json-schema-stream"})
    void everyEventOfAStreamArrives(String transcript) throws Exception {
        String answer = replay("/v1/chat/completions", transcript).body();
        String[] expected = recorded(transcript).lines().filter(line -> line.startsWith("data: "))
                .toArray(String[]::new);
        String[] arrived = answer.lines().filter(line -> line.startsWith("data: ")).toArray(String[]::new);
        assertEquals(expected.length, arrived.length);
        for (int i = 0; i < expected.length - 1; i++) {
            ObjectNode chunk = (ObjectNode) JSON.readTree(expected[i].substring(6));
            chunk.put("model", "only");
            assertEquals(chunk, JSON.readTree(arrived[i].substring(6)));
        }
        assertTrue(answer.endsWith("data: [DONE]\n\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"54-embed-bad-format", "56-embed-empty", "57-embed-on-chat-server"})
    void a400KeepsItsWordsAndItsCodeBecomesAText(String transcript) throws Exception {
        HttpResponse<String> answer = replay("/v1/embeddings", transcript);
        assertEquals(400, answer.statusCode());
        JsonNode expected = JSON.readTree(recorded(transcript)).get("error");
        JsonNode error = JSON.readTree(answer.body()).get("error");
        assertEquals(expected.get("message"), error.get("message"));
        assertEquals(expected.get("type"), error.get("type"));
        assertEquals("400", error.get("code").asText());
        assertTrue(error.get("code").isTextual() && error.get("param").isNull());
    }

    @ParameterizedTest
    @ValueSource(strings = {"73-err-invalid-utf8"})
    void anEmptyAnswerUnder200IsNoAnswer(String transcript) throws Exception {
        upstream.does((request, line) -> line.raw(Transcripts.reply(transcript)).hangUp());
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("only", false));
        assertEquals(502, answer.statusCode());
        assertFalse(answer.body().isEmpty());
    }
}
