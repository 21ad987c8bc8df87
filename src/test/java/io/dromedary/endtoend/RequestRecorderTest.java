package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.client.FailureKind;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RecordingReader;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.json.TokenUsage;
import io.dromedary.observe.AttemptRecord;
import io.dromedary.observe.AttemptRecord.Choice;
import io.dromedary.observe.AttemptRecord.Outcome;
import io.dromedary.observe.RequestRecord;

/** The record of a finished request says what was asked, who was asked, why, how it ended and when. */
@Timeout(90)
@TestInstance(Lifecycle.PER_CLASS)
class RequestRecorderTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String USAGE = "\"usage\":{\"prompt_tokens\":30,\"completion_tokens\":20,\"total_tokens\":50,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":12},"
            + "\"completion_tokens_details\":{\"reasoning_tokens\":7}}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final FakeUpstream other = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: local
                litellm_params: {model: openai/local-upstream, api_base: '%1$s'}
                model_info: {id: local-id}
              - model_name: cloud
                litellm_params: {model: openai/cloud-upstream, api_base: '%2$s', api_key: sk-cloud-key-0815}
                model_info: {id: cloud-id}
              - model_name: pair
                litellm_params: {model: openai/a, api_base: '%1$s', order: 1}
                model_info: {id: pair-a}
              - model_name: pair
                litellm_params: {model: openai/b, api_base: '%2$s', order: 2}
                model_info: {id: pair-b}
              - model_name: again
                litellm_params: {model: openai/again, api_base: '%1$s', num_retries: 1}
                model_info: {id: again-id}
              - model_name: slow
                litellm_params: {model: openai/slow, api_base: '%1$s'}
                model_info: {id: slow-id}
              - model_name: limited
                litellm_params: {model: openai/limited, api_base: '%3$s'}
                model_info: {id: limited-id}
              - model_name: native
                litellm_params: {model: anthropic/native, api_base: '%3$s'}
                model_info: {id: native-id, supported_endpoints: [/v1/messages, /v1/responses]}
            litellm_settings:
              drop_params: true
              num_retries: 0
              fallbacks: [{local: [cloud]}, {slow: [cloud]}, {limited: [cloud]}]
            router_settings: {hedge_after_ms: {slow: 100}, allowed_fails: 100}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), cloud.baseUrl(), other.baseUrl()),
            Map.of("gateway.retry.first-wait", "20"));
    private final AtomicInteger number = new AtomicInteger();
    private String id;

    @BeforeAll
    static void begin() {
        RecordingReader.begin();
    }

    @AfterAll
    static void end() {
        RecordingReader.end();
    }

    @BeforeEach
    void asBefore() {
        id = "call-" + number.incrementAndGet();
        local.says("hello");
        cloud.says("from the cloud");
        other.says("other");
    }

    private HttpResponse<String> post(String path, String body) {
        return gateway.post(path, body, "x-litellm-call-id", id);
    }

    private HttpResponse<String> chat(String model, boolean stream) {
        return post(CHAT, RunningGateway.chat(model, stream));
    }

    /** The one record of the request, whose times are those of one that has happened. */
    private RequestRecord recorded() {
        List<RequestRecord> found = await().until(() -> RecordingReader.read().stream()
                .filter(record -> record.id().equals(id)).toList(), records -> !records.isEmpty());
        assertEquals(1, found.size(), "one record a request");
        RequestRecord record = found.get(0);
        assertTrue(Math.abs(System.currentTimeMillis() - record.at()) < Duration.ofMinutes(1).toMillis());
        assertTrue(0 <= record.overheadMicros() && record.overheadMicros() <= record.totalMicros(), record.toString());
        assertTrue(record.contentMicros() <= record.totalMicros(), record.toString());
        long working = 0;
        for (AttemptRecord attempt : record.attempts()) {
            assertTrue(0 <= attempt.beganMicros() && attempt.beganMicros() <= attempt.endedMicros()
                    && attempt.endedMicros() <= record.totalMicros(), record.toString());
            assertTrue(attempt.contentMicros() < 0 || attempt.beganMicros() <= attempt.contentMicros()
                    && attempt.contentMicros() <= attempt.endedMicros(), record.toString());
            working += attempt.endedMicros() - attempt.beganMicros();
        }
        if (!record.hedged() && !record.refused()) {
            assertTrue(record.overheadMicros() + working <= record.totalMicros(),
                    "overhead, work and the time in which the body came are all of it");
        }
        return record;
    }

    private static void assertAttempt(AttemptRecord attempt, String deployment, Choice choice, Outcome outcome,
            FailureKind kind, int status) {
        assertEquals(List.of(deployment, choice, outcome), List.of(attempt.deployment(), attempt.choice(),
                attempt.outcome()));
        assertEquals(kind, attempt.kind());
        assertEquals(kind == null, attempt.reason() == null);
        assertEquals(status, attempt.status());
    }

    @Test
    void aPlainAnswer() {
        local.does((request, line) -> line.json(200, Replies.chat("hello").replaceFirst("\"usage\".*", USAGE + "}")));
        String body = RunningGateway.chat("local", false);
        HttpResponse<String> answer = post(CHAT, body);
        assertEquals(200, answer.statusCode());
        RequestRecord record = recorded();
        assertEquals(List.of("POST", CHAT, "local", "chat", "master"), List.of(record.method(), record.path(),
                record.model(), record.operation(), record.key()));
        assertEquals(200, record.status());
        assertFalse(record.stream() || record.refused() || record.clientGone() || record.hedged());
        assertNull(record.errorCode());
        assertEquals(1, record.attempts().size());
        AttemptRecord attempt = record.last();
        assertAttempt(attempt, "local-id", Choice.FIRST, Outcome.ANSWERED, null, 200);
        assertEquals(List.of("local", "openai", "local-upstream"), List.of(attempt.group(), attempt.provider(),
                attempt.upstreamModel()));
        assertEquals(new TokenUsage(30, 20, 12, 0, 7, 50, false), record.usage());
        assertEquals(body.length(), record.bytesIn());
        assertEquals(answer.body().length(), record.bytesOut());
        assertTrue(record.contentMicros() > 0 && record.contentMicros() >= attempt.contentMicros());
    }

    @Test
    void aStreamWithUsage() {
        local.does((request, line) -> line.streamHead().event(Replies.chunk("hel")).event(Replies.chunk("lo"))
                .event(Replies.finish()).event("{\"object\":\"chat.completion.chunk\",\"choices\":[]," + USAGE + "}")
                .event("[DONE]").endOfChunks());
        assertEquals(200, chat("local", true).statusCode());
        RequestRecord record = recorded();
        assertTrue(record.stream());
        assertEquals(new TokenUsage(30, 20, 12, 0, 7, 50, false), record.usage());
        assertAttempt(record.last(), "local-id", Choice.FIRST, Outcome.ANSWERED, null, 200);
        assertTrue(record.contentMicros() > 0 && record.bytesOut() > 100);
    }

    @Test
    void aStreamWithoutUsageIsEstimated() {
        local.does((request, line) -> line.stream("some", "words"));
        chat("local", true);
        TokenUsage usage = recorded().usage();
        assertTrue(usage.estimated() && usage.prompt() > 0 && usage.completion() > 0, usage.toString());
    }

    @Test
    void aFallbackAfterAFailure() {
        local.does((request, line) -> line.json(500, Replies.error("no", "server_error", "x")));
        assertEquals(200, chat("local", false).statusCode());
        RequestRecord record = recorded();
        assertEquals("local", record.model());
        assertEquals(2, record.asked());
        assertAttempt(record.attempts().get(0), "local-id", Choice.FIRST, Outcome.FAILED, FailureKind.SERVER_ERROR,
                500);
        assertAttempt(record.last(), "cloud-id", Choice.FALLBACK, Outcome.ANSWERED, null, 200);
        assertEquals(1, record.last().fallback());
        assertEquals("cloud", record.last().group());
    }

    @Test
    void theNextOfTheGroupAfterAFailure() {
        local.does((request, line) -> line.json(503, Replies.error("no", "server_error", "x")));
        assertEquals(200, chat("pair", false).statusCode());
        RequestRecord record = recorded();
        assertAttempt(record.attempts().get(0), "pair-a", Choice.FIRST, Outcome.FAILED, FailureKind.SERVER_ERROR, 503);
        assertAttempt(record.last(), "pair-b", Choice.NEXT, Outcome.ANSWERED, null, 200);
    }

    @Test
    void aRetryOfTheSame() {
        AtomicInteger asked = new AtomicInteger();
        local.does((request, line) -> {
            if (asked.incrementAndGet() == 1) {
                line.json(500, Replies.error("no", "server_error", "x"));
            } else {
                line.json(200, Replies.chat("hello"));
            }
        });
        assertEquals(200, chat("again", false).statusCode());
        RequestRecord record = recorded();
        assertAttempt(record.attempts().get(0), "again-id", Choice.FIRST, Outcome.FAILED, FailureKind.SERVER_ERROR,
                500);
        assertAttempt(record.last(), "again-id", Choice.RETRY, Outcome.ANSWERED, null, 200);
    }

    @Test
    void allHaveFailed() {
        local.does((request, line) -> line.json(500, Replies.error("no", "server_error", "x")));
        cloud.does((request, line) -> line.json(429, Replies.error("slow down", "rate_limit_error", "x")));
        assertEquals(429, chat("local", false).statusCode());
        RequestRecord record = recorded();
        assertEquals(429, record.status());
        assertEquals("x", record.errorCode());
        assertAttempt(record.last(), "cloud-id", Choice.FALLBACK, Outcome.FAILED, FailureKind.RATE_LIMITED, 429);
        assertEquals(TokenUsage.NONE, record.usage());
        assertEquals(-1, record.contentMicros());
    }

    @Test
    void aDeploymentWhoseBreakerIsOpenIsPassedOver() {
        other.does((request, line) -> line.json(429, Replies.error("slow down", "rate_limit_error", "x"),
                "Retry-After: 300"));
        chat("limited", false);
        RequestRecord first = recorded();
        assertAttempt(first.attempts().get(0), "limited-id", Choice.FIRST, Outcome.FAILED, FailureKind.RATE_LIMITED,
                429);
        id = id + "-second";
        assertEquals(200, chat("limited", false).statusCode());
        RequestRecord record = recorded();
        assertAttempt(record.attempts().get(0), "limited-id", Choice.FIRST, Outcome.PASSED_OVER,
                FailureKind.COOLING_DOWN_RATE_LIMITED, 429);
        assertAttempt(record.last(), "cloud-id", Choice.FALLBACK, Outcome.ANSWERED, null, 200);
        assertEquals(1, record.asked());
    }

    @Test
    void aHedgeThatIsFaster() {
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            line.awaitClosed();
        });
        assertEquals(200, chat("slow", true).statusCode());
        RequestRecord record = recorded();
        assertTrue(record.hedged());
        assertAttempt(record.attempts().get(0), "slow-id", Choice.FIRST, Outcome.LOST, null, 0);
        assertAttempt(record.last(), "cloud-id", Choice.HEDGE, Outcome.ANSWERED, null, 200);
        assertTrue(record.overheadMicros() < record.totalMicros() - 50_000, "the first was at work all the while");
    }

    @Test
    void aClientThatLeaves() throws IOException {
        local.does((request, line) -> {
            line.streamHead().event(Replies.chunk("first"));
            line.awaitClosed();
        });
        String body = RunningGateway.chat("local", true);
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST " + CHAT + " HTTP/1.1\r\nHost: gateway\r\nAuthorization: Bearer " + RunningGateway.KEY
                    + "\r\nx-litellm-call-id: " + id + "\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            client.readUntil("first");
            client.reset();
        }
        RequestRecord record = recorded();
        assertTrue(record.clientGone());
        assertEquals(499, record.status());
        assertAttempt(record.last(), "local-id", Choice.FIRST, Outcome.CANCELLED, null, 0);
        assertTrue(record.contentMicros() > 0);
    }

    @Test
    void aStreamThatBreaksOffAfterItsContent() throws IOException {
        local.does((request, line) -> line.streamHead().event(Replies.chunk("first")).hangUp());
        assertTrue(chat("local", true).body().contains("error"));
        RequestRecord record = recorded();
        assertFalse(record.clientGone());
        assertEquals(200, record.status(), "that was told before");
        assertEquals("upstream_unavailable", record.errorCode());
        assertAttempt(record.last(), "local-id", Choice.FIRST, Outcome.FAILED, FailureKind.UNREADABLE, 502);
        assertTrue(record.contentMicros() > 0);
    }

    @Test
    void oneWithoutTheKeyIsRefused() {
        HttpRequest request = gateway.request(CHAT, "x-litellm-call-id", id)
                .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("local", false))).build();
        assertEquals(401, gateway.send(request).statusCode());
        assertRefused(recorded(), 401, "invalid_api_key", true);
    }

    private static void assertRefused(RequestRecord record, int status, String code, boolean byServer) {
        assertEquals(status, record.status());
        assertEquals(code, record.errorCode());
        assertEquals(byServer, record.refused());
        assertEquals(List.of(), record.attempts());
        assertEquals(TokenUsage.NONE, record.usage());
        assertNull(record.last());
    }

    @Test
    void aPathThatIsNotThereIsRefused() {
        assertEquals(404, post("/no/such", "{}").statusCode());
        assertRefused(recorded(), 404, "unknown_url", true);
    }

    @Test
    void bodiesThatAreNoJsonAreRefused() {
        assertEquals(400, post(CHAT, "{\"model\":").statusCode());
        RequestRecord record = recorded();
        assertRefused(record, 400, record.errorCode(), false);
        assertTrue(record.errorCode() != null && record.key().equals("master") && record.bytesIn() > 0);
    }

    @Test
    void aModelThatNobodyServesIsRefused() {
        assertEquals(404, chat("nobody's", false).statusCode());
        RequestRecord record = recorded();
        assertRefused(record, 404, "model_not_found", false);
        assertEquals("nobody's", record.model());
    }

    @Test
    void whatComesFromAClientIsCut() {
        chat("m".repeat(300), false);
        assertEquals(256, recorded().model().length());
    }

    @Test
    void ofNamesThatAClientHasMadeUpOnlySoManyAreKeptAndNoneIsLong() {
        String names = IntStream.range(0, 40).mapToObj(i -> "\"" + "p".repeat(300) + i + "\"")
                .collect(Collectors.joining(","));
        String parameters = names.replace("\",", "\":1,") + ":1";
        assertEquals(200, post(CHAT, RunningGateway.chat("cloud", false).replaceFirst("\\{", "{"
                + parameters + ",\"additional_drop_params\":[" + names + "],")).statusCode());
        List<String> dropped = recorded().dropped();
        assertEquals(32, dropped.size(), dropped.toString());
        assertEquals(256, dropped.get(0).length());
    }

    @Test
    void anAnswerInAnthropicsOwnDialectWithItsTokens() {
        other.does((request, line) -> line.json(200, """
                {"id":"msg_1","type":"message","role":"assistant","model":"native","content":[{"type":"text",
                "text":"hi"}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":5,
                "cache_read_input_tokens":100,"cache_creation_input_tokens":10,"output_tokens":9}}"""));
        assertEquals(200, post("/v1/messages", "{\"model\":\"native\",\"max_tokens\":9,\"messages\":[{\"role\":\"user\""
                + ",\"content\":\"hi\"}]}").statusCode());
        RequestRecord record = recorded();
        assertEquals(new TokenUsage(115, 9, 100, 10, 0, 124, false), record.usage());
        assertEquals("anthropic", record.last().provider());
    }

    @Test
    void aStreamInAnthropicsOwnDialectWithItsTokens() {
        other.does((request, line) -> line.streamHead()
                .chunk("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"type\":"
                + "\"message\",\"role\":\"assistant\",\"model\":\"native\",\"content\":[],\"stop_reason\":null,"
                + "\"usage\":{\"input_tokens\":5,\"cache_read_input_tokens\":100,\"output_tokens\":1}}}\n\n")
                .chunk("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,"
                + "\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n")
                .chunk("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,"
                + "\"delta\":{\"type\":\"text_delta\",\"text\":\"hi\"}}\n\n")
                .chunk("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n")
                .chunk("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":"
                + "\"end_turn\"},\"usage\":{\"output_tokens\":9}}\n\n")
                .chunk("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n").endOfChunks());
        assertEquals(200, post("/v1/messages", "{\"model\":\"native\",\"max_tokens\":9,\"stream\":true,\"messages\":"
                + "[{\"role\":\"user\",\"content\":\"hi\"}]}").statusCode());
        assertEquals(new TokenUsage(105, 9, 100, 0, 0, 114, false), recorded().usage());
    }

    @Test
    void anAnswerInTheFormOfResponsesWithItsTokens() {
        other.does((request, line) -> line.json(200, """
                {"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"native","output":[
                {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[
                {"type":"output_text","text":"hi","annotations":[]}]}],"usage":{"input_tokens":30,
                "input_tokens_details":{"cached_tokens":12},"output_tokens":20,
                "output_tokens_details":{"reasoning_tokens":7},"total_tokens":50}}"""));
        assertEquals(200, post("/v1/responses", "{\"model\":\"native\",\"input\":\"hi\"}").statusCode());
        assertEquals(new TokenUsage(30, 20, 12, 0, 7, 50, false), recorded().usage());
    }
}
