package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;

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

/** A deployment that speaks the Messages API itself gets what the client sent; its fallback speaks chat only. */
@TestInstance(Lifecycle.PER_CLASS)
class NativeMessagesTest {

    private static final String ANSWER = "{\"id\":\"msg_1\",\"type\":\"message\",\"role\":\"assistant\",\"model\":"
            + "\"claude-upstream\",\"content\":[{\"type\":\"text\",\"text\":\"native\",\"citations\":null}],"
            + "\"stop_reason\":\"end_turn\",\"stop_sequence\":null,\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}";
    private static final String START = event("message_start", "'message':{'id':'msg_1','type':'message',"
            + "'role':'assistant','model':'claude-upstream','content':[],'stop_reason':null,'stop_sequence':null,"
            + "'usage':{'input_tokens':3,'output_tokens':1}}")
            + event("content_block_start", "'index':0,'content_block':{'type':'text','text':''}");
    private static final String DELTA = event("content_block_delta",
            "'index':0,'delta':{'type':'text_delta','text':'native'}");
    private static final String END = event("content_block_stop", "'index':0")
            + event("message_delta", "'delta':{'stop_reason':'end_turn','stop_sequence':null},"
            + "'usage':{'output_tokens':2}") + event("message_stop", "");
    private static final String OVERLOADED = event("error",
            "'error':{'type':'overloaded_error','message':'Overloaded'}");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream claude = fixture.upstream();
    private final FakeUpstream chat = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: claude
                litellm_params: {model: openai/claude-upstream, api_base: '%s', api_key: sk-cloud-key-0815}
                model_info: {id: claude-id, supported_endpoints: [/v1/messages]}
              - model_name: chat
                litellm_params: {model: openai/chat-upstream, api_base: '%s'}
                model_info: {id: chat-id}
            litellm_settings: {drop_params: true, num_retries: 0, fallbacks: [{claude: [chat]}]}
            router_settings: {disable_cooldowns: true}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(claude.baseUrl(), chat.baseUrl()));

    private static String event(String type, String fields) {
        return ("event: " + type + "\ndata: {'type':'" + type + "'" + (fields.isEmpty() ? "" : "," + fields)
                + "}\n\n").replace('\'', '"');
    }

    @BeforeEach
    void answerAgain() {
        claude.does((request, line) -> line.json(200, ANSWER));
        chat.says("translated");
    }

    private void claudeStreams(String... events) {
        claude.does((request, line) -> streams(line, events).endOfChunks());
    }

    private static Line streams(Line line, String... events) throws Exception {
        line.streamHead();
        for (String event : events) {
            line.chunk(event);
        }
        return line;
    }

    private HttpResponse<String> ask(boolean stream) {
        return gateway.post("/v1/messages", """
                {"max_tokens":9,"metadata":{"user_id":"a person"},"model":"claude", "thinking":{"type":"adaptive"},
                "messages":[{"role":"user","content":"hi"}],"stream":%s}""".formatted(stream),
                "anthropic-beta", "b-1");
    }

    @Test
    void aPlainRequestGoesThereAsItCameButForTheModelAndThePerson() {
        HttpResponse<String> answer = ask(false);
        assertEquals(ANSWER.replace("claude-upstream", "claude"), answer.body());
        FakeUpstream.Received sent = claude.last();
        assertEquals("/v1/messages", sent.path());
        assertEquals("{\"max_tokens\":9,\"model\":\"claude-upstream\", \"thinking\":{\"type\":\"adaptive\"},\n"
                + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false}", sent.text());
        assertEquals("2023-06-01", sent.headers().get("anthropic-version"));
        assertEquals("Bearer sk-cloud-key-0815", sent.headers().get("Authorization"));
        assertFalse(sent.headers().containsKey("anthropic-beta"));
        assertTrue(chat.posts().stream().noneMatch(request -> request.text().contains("a person")));
    }

    @Test
    void theBillingTextOfASystemPromptStaysHereAsOneStringToo() {
        gateway.post("/v1/messages", "{\"model\":\"claude\",\"max_tokens\":9,\"system\":\"x-anthropic-billing-header: "
                + "cch=1\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
        assertFalse(claude.last().text().contains("billing"), claude.last().text());
    }

    @Test
    void aStreamGoesThroughUnderTheNameThatTheClientUsed() {
        claudeStreams(START, event("ping", ""), DELTA, END);
        assertEquals(START.replace("claude-upstream", "claude") + event("ping", "") + DELTA + END, ask(true).body());
    }

    @Test
    void anErrorBeforeContentIsAnsweredByTheFallbackThatSpeaksChat() {
        claudeStreams(START, OVERLOADED);
        String stream = ask(true).body();
        assertTrue(stream.contains("\"text\":\"translated\""), stream);
        assertEquals(1, stream.split("event: message_start", -1).length - 1);
        claude.does((request, line) -> line.json(529,
                "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}"));
        HttpResponse<String> plain = ask(false);
        assertTrue(plain.body().contains("\"text\":\"translated\""), plain.body());
        assertTrue(plain.headers().firstValue("x-dromedary-dropped-params").orElse("").contains("thinking"));
    }

    @Test
    void anErrorAfterContentEndsTheStreamOnce() {
        claudeStreams(START, DELTA, OVERLOADED, END);
        String stream = ask(true).body();
        assertTrue(stream.startsWith(START.replace("claude-upstream", "claude") + DELTA + "event: error\n"), stream);
        assertEquals(1, stream.split("event: error", -1).length - 1);
        assertFalse(stream.contains("message_stop"), stream);
    }

    @Test
    void aStreamWithoutItsEndIsBroken() {
        claudeStreams(START, DELTA);
        String stream = ask(true).body();
        assertTrue(stream.contains(DELTA + "event: error\n"), stream);
        assertFalse(stream.contains("message_stop"), stream);
    }

    @Test
    void tokensAreCountedThereAndEstimatedWhereThatFails() {
        String request = "{\"model\":\"claude\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}";
        claude.does((received, line) -> line.json(200, "{\"input_tokens\":4711}"));
        HttpResponse<String> exact = gateway.post("/v1/messages/count_tokens?beta=true", request);
        assertEquals("{\"input_tokens\":4711}", exact.body());
        assertEquals("/v1/messages/count_tokens", claude.last().path());
        claude.does((received, line) -> line.json(404, Replies.error("no such path", "x", "x")));
        HttpResponse<String> estimated = gateway.post("/v1/messages/count_tokens", request);
        assertEquals(200, estimated.statusCode());
        assertEquals("estimated", estimated.headers().firstValue("x-dromedary-token-count").orElse(""));
        answerAgain();
        assertTrue(ask(false).body().contains("native"));
    }
}
