package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Line;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Transcripts;

/** A stream in another dialect fares as a chat's does: the cloud takes over before its content, and not after it. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(60)
class DialectStreamsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Path to the event that fails, and the events that end well. */
    private static final Map<String, String[]> DOORS = Map.of("/v1/messages", new String[] {"event: error\n",
        "event: message_stop\n"}, "/v1/responses", new String[] {"event: response.failed\n",
        "event: response.completed\n"});
    private static final Map<String, Fault> FAULTS = Map.of("is cut", Line::hangUp,
            "tells an error", line -> line.event(Replies.error("boom", "server_error", "x")).endOfChunks(),
            "is no JSON", line -> line.event("{broken").endOfChunks(),
            "falls silent", line -> line.silentFor(20_000),
            "ends without a word", Line::endOfChunks,
            "calls a tool that has no name", line -> line.event("{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":"
            + "[{\"index\":0,\"id\":\"a\",\"function\":{\"arguments\":\"{}\"}}]},\"finish_reason\":\"stop\"}]}")
            .endOfChunks());

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - {model_name: local, litellm_params: {model: openai/l, api_base: '%s', stream_timeout: 1},
                 model_info: {idle_timeout: 1}}
              - {model_name: cloud, litellm_params: {model: openai/c, api_base: '%s'}}
            litellm_settings: {num_retries: 0, fallbacks: [{local: [cloud]}]}
            router_settings: {disable_cooldowns: true}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), cloud.baseUrl()));

    /** What an upstream does to its stream. */
    private interface Fault {
        void on(Line line) throws Exception;
    }

    @BeforeEach
    void cloudAnswers() {
        cloud.does((request, line) -> line.stream("from the cloud"));
    }

    static Stream<Arguments> faults() {
        return DOORS.keySet().stream()
                .flatMap(door -> FAULTS.keySet().stream().map(fault -> Arguments.of(door, fault)));
    }

    private HttpResponse<String> ask(String path) {
        return gateway.post(path, "{\"model\":\"local\",\"max_tokens\":9,\"stream\":true,\"input\":\"hi\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"10-chat", "13-chat-max-tokens-1", "15-chat-stop", "18-chat-logprobs",
        "20-chat-json-schema", "23-chat-tools-required", "75-length-finish"})
    void whatALlamaServerWasRecordedToAnswerIsToldInEachDialect(String transcript) throws Exception {
        String reply = new String(Transcripts.reply(transcript), StandardCharsets.UTF_8);
        JsonNode message = JSON.readTree(reply.substring(reply.indexOf("\r\n\r\n"))).at("/choices/0/message");
        String tool = message.at("/tool_calls/0/function/name").asText();
        local.does((request, line) -> line.raw(Transcripts.reply(transcript)).hangUp());
        JsonNode messages = JSON.readTree(plain("/v1/messages"));
        JsonNode responses = JSON.readTree(plain("/v1/responses"));
        if (tool.isEmpty()) {
            assertEquals(message.get("content"), messages.at("/content/0/text"), messages.toString());
            assertEquals(message.get("content"), responses.at("/output/0/content/0/text"), responses.toString());
        } else {
            assertEquals(tool, messages.findValue("name").asText(), messages.toString());
            assertEquals(message.at("/tool_calls/0/function/arguments"), responses.findValue("arguments"));
        }
    }

    private String plain(String path) {
        return gateway.post(path, "{\"model\":\"local\",\"max_tokens\":9,\"input\":\"hi\","
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}").body();
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }

    @ParameterizedTest(name = "{0}: it {1}")
    @MethodSource("faults")
    void beforeItsFirstContentTheCloudAnswers(String path, String fault) throws Exception {
        local.does((request, line) -> FAULTS.get(fault).on(line.streamHead().event(Replies.role())));
        HttpResponse<String> answer = ask(path);
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("from the cloud"), answer.body());
        assertEquals(1, count(answer.body(), DOORS.get(path)[1]), answer.body());
        assertFalse(answer.body().contains(DOORS.get(path)[0]), answer.body());
    }

    @ParameterizedTest(name = "{0}: it {1}")
    @MethodSource("faults")
    void afterItsFirstContentItEndsWithOneErrorEvent(String path, String fault) throws Exception {
        local.does((request, line) -> FAULTS.get(fault)
                .on(line.streamHead().event(Replies.role()).event(Replies.chunk("half of it"))));
        int before = cloud.posts().size();
        String answer = ask(path).body();
        assertTrue(answer.contains("half of it"), answer);
        assertEquals(1, count(answer, DOORS.get(path)[0]), answer);
        assertFalse(answer.contains(DOORS.get(path)[1]), answer);
        assertTrue(answer.indexOf(DOORS.get(path)[0]) > answer.indexOf("half of it"), answer);
        assertEquals(before, cloud.posts().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"11-chat-stream", "12-chat-stream-usage", "19-chat-logprobs-stream",
        "21-chat-json-schema-stream"})
    void whatALlamaServerWasRecordedToStreamIsToldInEachDialect(String transcript) throws Exception {
        local.does((request, line) -> line.raw(Transcripts.reply(transcript)).hangUp());
        for (Map.Entry<String, String[]> door : DOORS.entrySet()) {
            String answer = ask(door.getKey()).body();
            int cut = count(answer, "event: response.incomplete\n");
            assertEquals(1, count(answer, door.getValue()[1]) + cut, answer);
            assertFalse(answer.contains("from the cloud") || answer.contains(door.getValue()[0]), answer);
        }
    }
}
