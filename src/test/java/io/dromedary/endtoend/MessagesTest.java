package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import com.anthropic.client.AnthropicClient;
import com.anthropic.client.okhttp.AnthropicOkHttpClient;
import com.anthropic.core.JsonValue;
import com.anthropic.core.http.StreamResponse;
import com.anthropic.errors.AnthropicServiceException;
import com.anthropic.errors.BadRequestException;
import com.anthropic.errors.NotFoundException;
import com.anthropic.errors.RateLimitException;
import com.anthropic.errors.SseException;
import com.anthropic.errors.UnauthorizedException;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.ContentBlock;
import com.anthropic.models.messages.ContentBlockParam;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.MessageCountTokensParams;
import com.anthropic.models.messages.MessageCreateParams;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.anthropic.models.messages.StopReason;
import com.anthropic.models.messages.Tool;
import com.anthropic.models.messages.ToolResultBlockParam;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Line;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Anthropic's own client asks models that speak chat. */
@TestInstance(Lifecycle.PER_CLASS)
class MessagesTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud)
            + "router_settings: {disable_cooldowns: true}\n");
    private final AnthropicClient client = client(RunningGateway.KEY);

    private AnthropicClient client(String key) {
        return AnthropicOkHttpClient.builder().baseUrl(gateway.url("")).apiKey(key).maxRetries(0).build();
    }

    @BeforeEach
    void answerAgain() {
        local.says("hello");
        cloud.says("from the cloud");
    }

    private static MessageCreateParams.Builder request(String model) {
        return MessageCreateParams.builder().model(model).maxTokens(100).addUserMessage("Hello");
    }

    private Message streamed(MessageCreateParams request) {
        MessageAccumulator message = MessageAccumulator.create();
        try (StreamResponse<RawMessageStreamEvent> stream = client.messages().createStreaming(request)) {
            stream.stream().forEach(message::accumulate);
        }
        return message.message();
    }

    private static String text(Message message) {
        return message.content().stream().flatMap(block -> block.text().stream()).map(block -> block.text())
                .collect(Collectors.joining());
    }

    private static String delta(String delta) {
        return "{'choices':[{'index':0,'delta':".replace('\'', '"') + delta.replace('\'', '"') + "}]}";
    }

    private static void stream(Line line, String... events) throws Exception {
        line.streamHead();
        for (String event : events) {
            line.event(event);
        }
        line.event("{\"choices\":[],\"usage\":{\"prompt_tokens\":41,\"completion_tokens\":3,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":32}}}").event("[DONE]").endOfChunks();
    }

    @AfterAll
    void close() {
        client.close();
    }

    @Test
    void aPlainRequestIsAnsweredUnderTheNameThatTheClientUsed() {
        Message message = client.messages().create(request("local").system("Be brief").build());
        assertEquals("hello", text(message));
        assertEquals("local", message.model().asString());
        assertEquals(StopReason.END_TURN, message.stopReason().orElseThrow());
        assertEquals(1, message.usage().inputTokens());
        assertEquals("/v1/chat/completions", local.last().path());
        assertEquals("{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief\"},"
                + "{\"role\":\"user\",\"content\":\"Hello\"}],\"model\":\"local-upstream\",\"max_tokens\":100}",
                local.last().text());
    }

    @Test
    void aStreamIsAnsweredEventByEventWithItsUsage() {
        local.does((request, line) -> stream(line, Replies.role(), Replies.chunk("Four"), Replies.chunk(" legs."),
                Replies.finish()));
        Message message = streamed(request("local").build());
        assertEquals("Four legs.", text(message));
        assertEquals("local", message.model().asString());
        assertEquals(List.of(9L, 32L, 3L), List.of(message.usage().inputTokens(),
                message.usage().cacheReadInputTokens().orElseThrow(), message.usage().outputTokens()));
        assertTrue(local.last().text().contains("\"stream_options\":{\"include_usage\":true}"));
    }

    @Test
    void claudeCodesPathAndTheOtherHeaderOfAKeyAreTaken() {
        HttpResponse<String> answer = gateway.post("/v1/messages?beta=true", """
                {"model":"local","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"novelty":1,
                "metadata":{"user_id":"a person"}}""", "anthropic-beta", "novelty-2027-01-01");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("novelty", answer.headers().firstValue("x-dromedary-dropped-params").orElse(""));
        assertEquals(answer.headers().firstValue("x-litellm-call-id"), answer.headers().firstValue("request-id"));
        assertFalse(local.last().text().contains("a person"));
        assertFalse(local.last().headers().containsKey("anthropic-beta"));
    }

    @Test
    void twoCallsOfToolsAndTheirResultsAreTwoSteps() {
        local.does((request, line) -> stream(line,
                delta("{'tool_calls':[{'index':0,'id':'c7','function':{'name':'weather','arguments':''}}]}"),
                delta("{'tool_calls':[{'index':1,'id':'c8','function':{'name':'clock'}}]}"),
                delta("{'tool_calls':[{'index':0,'function':{'arguments':'{\\'city\\':\\'Ulm\\'}'}}]}"),
                Replies.finish()));
        Tool.InputSchema schema = Tool.InputSchema.builder().properties(JsonValue.from(Map.of("city",
                Map.of("type", "string")))).build();
        MessageCreateParams.Builder conversation = request("local")
                .addTool(Tool.builder().name("weather").inputSchema(schema).build())
                .addTool(Tool.builder().name("clock").inputSchema(schema).build());
        Message calls = streamed(conversation.build());
        assertEquals(StopReason.TOOL_USE, calls.stopReason().orElseThrow());
        assertEquals(JsonValue.from(Map.of("city", "Ulm")), calls.content().get(0).asToolUse()._input());
        assertEquals(JsonValue.from(Map.of()), calls.content().get(1).asToolUse()._input());

        local.says("3 C at noon");
        List<ContentBlockParam> results = new ArrayList<>();
        for (ContentBlock call : calls.content()) {
            results.add(ContentBlockParam.ofToolResult(ToolResultBlockParam.builder()
                    .toolUseId(call.asToolUse().id()).content("result of " + call.asToolUse().name()).build()));
        }
        Message answer = streamed(conversation.addMessage(calls).addUserMessageOfBlockParams(results).build());
        assertEquals("3 C at noon", text(answer));
        String sent = local.last().text();
        assertTrue(sent.contains("{\"role\":\"tool\",\"tool_call_id\":\"c7\",\"content\":\"result of weather\"},"
                + "{\"role\":\"tool\",\"tool_call_id\":\"c8\",\"content\":\"result of clock\"}]"), sent);
        assertTrue(sent.contains("\"arguments\":\"{\\\"city\\\":\\\"Ulm\\\"}\""), sent);
    }

    @Test
    void reasoningIsThinkingAndDoesNotGoBack() {
        local.does((request, line) -> stream(line, delta("{'reasoning_content':'hm'}"), delta("{'content':'One.'}"),
                Replies.finish()));
        Message thought = streamed(request("local").enabledThinking(1024).build());
        assertEquals("hm", thought.content().get(0).asThinking().thinking());
        assertTrue(thought.content().get(0).asThinking().signature().startsWith("drom1."));
        assertEquals("One.", text(thought));
        streamed(request("local").addMessage(thought).addUserMessage("And?").build());
        assertFalse(local.last().text().contains("hm\""), local.last().text());
    }

    @Test
    void whatAnUpstreamSaysAgainstARequestIsAnthropicsError() {
        cloud.does((request, line) -> line.json(429, Replies.error("Slow down", "rate_limit_error", "x"),
                "Retry-After: 7"));
        RateLimitException limited = assertThrows(RateLimitException.class,
                () -> client.messages().create(request("cloud").build()));
        assertEquals("rate_limit_error", errorType(limited));
        assertEquals(List.of("7"), limited.headers().values("retry-after"));
        cloud.does((request, line) -> line.json(503, Replies.error("Busy", "server_error", "x")));
        AnthropicServiceException busy = assertThrows(AnthropicServiceException.class,
                () -> client.messages().create(request("cloud").build()));
        assertEquals(529, busy.statusCode());
        assertEquals("overloaded_error", errorType(busy));
    }

    private static String errorType(AnthropicServiceException failure) {
        Map<?, ?> envelope = failure.body().convert(Map.class);
        assertEquals("error", envelope.get("type"));
        assertTrue(envelope.get("request_id") instanceof String);
        assertEquals(List.of(envelope.get("request_id")), failure.headers().values("request-id"));
        return (String) ((Map<?, ?>) envelope.get("error")).get("type");
    }

    @Test
    void aWrongKeyIsRefusedOnceAndForAll() {
        AnthropicClient stranger = client("sk-wrong");
        UnauthorizedException refused = assertThrows(UnauthorizedException.class,
                () -> stranger.messages().create(request("local").build()));
        stranger.close();
        assertEquals("authentication_error", errorType(refused));
        assertEquals(List.of("false"), refused.headers().values("x-should-retry"));
    }

    @Test
    void whatIsWrongOrNotThereIsToldInAnthropicsForm() {
        assertEquals("not_found_error", errorType(assertThrows(NotFoundException.class,
                () -> client.messages().create(request("nobody").build()))));
        assertEquals("invalid_request_error", errorType(assertThrows(BadRequestException.class,
                () -> client.messages().create(request("local").maxTokens(0).build()))));
        HttpResponse<String> batches = gateway.get("/v1/messages/batches");
        assertEquals(404, batches.statusCode());
        assertTrue(batches.body().contains("\"type\":\"not_found_error\""), batches.body());
    }

    @Test
    void anUpstreamThatFailsBeforeItsFirstContentIsNotNoticed() {
        local.does((request, line) -> line.streamHead().event(Replies.role()).reset());
        assertEquals("from the cloud", text(streamed(request("local").build())));
        local.does((request, line) -> line.json(500, Replies.error("No", "server_error", "x")));
        assertEquals("from the cloud", text(client.messages().create(request("local").build())));
    }

    @Test
    void anUpstreamThatBreaksOffInTheMiddleIsAnErrorAndNoEnd() {
        cloud.does((request, line) -> line.streamHead().event(Replies.chunk("Half of")).reset());
        StringBuilder text = new StringBuilder();
        SseException broken = assertThrows(SseException.class, () -> {
            try (StreamResponse<RawMessageStreamEvent> stream = client.messages()
                    .createStreaming(request("cloud").build())) {
                stream.stream().forEach(event -> event.contentBlockDelta().flatMap(delta -> delta.delta().text())
                        .ifPresent(delta -> text.append(delta.text())));
            }
        });
        assertEquals("Half of", text.toString());
        assertEquals("api_error", ((Map<?, ?>) broken.body().convert(Map.class).get("error")).get("type"));
    }

    @Test
    void aPlainAnswerToAStreamIsAStream() {
        local.does((request, line) -> line.json(200, Replies.chat("whole")));
        assertEquals("whole", text(streamed(request("local").build())));
    }

    @Test
    void tokensAreCountedWithSystemAndTools() {
        MessageCountTokensParams.Builder count = MessageCountTokensParams.builder().model("local")
                .addUserMessage("Hello");
        long few = client.messages().countTokens(count.build()).inputTokens();
        long more = client.messages().countTokens(count.system("Be brief. ".repeat(100)).build()).inputTokens();
        assertTrue(few > 0 && more >= few + 200, few + " and " + more);
    }

    @Test
    void modelsAreListed() {
        assertEquals(List.of("local", "cloud", "embed"),
                client.models().list().data().stream().map(model -> model.id()).toList());
    }
}
