package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** With enable_pre_call_checks, a prompt that surely does not fit is not sent to a deployment whose window is known. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class PreCallChecksTest {

    private static final String LONG = "word ".repeat(500);
    private static final String MODELS = """
            model_list:
              - {model_name: group, litellm_params: {model: openai/small, api_base: '%1$s', order: 1}, \
            model_info: {max_input_tokens: 100}}
              - {model_name: group, litellm_params: {model: openai/large, api_base: '%1$s', order: 2}, \
            model_info: {max_input_tokens: 1000}}
              - {model_name: small, litellm_params: {model: openai/small-2, api_base: '%1$s'}, \
            model_info: {max_input_tokens: 100}}
              - {model_name: listed, litellm_params: {model: openai/small-3, api_base: '%1$s'}, \
            model_info: {max_input_tokens: 100}}
              - {model_name: broken, litellm_params: {model: openai/gone, api_base: 'http://127.0.0.1:1/v1'}}
              - {model_name: open, litellm_params: {model: openai/open, api_base: '%1$s'}}
              - {model_name: embed, litellm_params: {model: openai/embed, api_base: '%1$s'}, \
            model_info: {max_input_tokens: 100, mode: embedding}}
            litellm_settings: {num_retries: 0, fallbacks: [{small: [open]}, {broken: [listed]}], \
            context_window_fallbacks: [{listed: [small, group]}, {small: [listed]}]}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """;
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream().says("it fits");
    private final RunningGateway gateway = fixture.gateway(
            MODELS.formatted(upstream.baseUrl()) + "router_settings: {enable_pre_call_checks: true}\n");

    private static String prompt(String model, String text) {
        return RunningGateway.chat(model, false).replace("\"hi\"", "\"" + text + "\"");
    }

    private HttpResponse<String> ask(String model, String text) {
        return gateway.post("/v1/chat/completions", prompt(model, text));
    }

    private String asked(String model, String text) {
        HttpResponse<String> answer = ask(model, text);
        assertEquals(200, answer.statusCode(), answer.body());
        String sent = upstream.last().text();
        return sent.substring(sent.indexOf("\"model\":\"") + 9).replaceAll("\".*", "");
    }

    @Test
    void onlyThoseOfTheGroupThatHaveRoomAreAsked() {
        int before = upstream.posts().size();
        assertEquals("large", asked("group", LONG));
        assertEquals("small", asked("group", "short"));
        assertEquals(before + 2, upstream.posts().size());
    }

    @Test
    void theContextWindowFallbacksAreTakenAndListsInACircleEnd() {
        int before = upstream.posts().size();
        assertEquals("large", asked("listed", LONG));
        assertEquals("large", asked("small", LONG));
        assertEquals("large", asked("broken", LONG));
        assertEquals(before + 3, upstream.posts().size());
    }

    @Test
    void whatFitsNowhereIsA400InOpenAisWords() {
        int before = upstream.posts().size();
        HttpResponse<String> answer = ask("group", LONG.repeat(3));
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("\"message\":\"This model's maximum context length is 1000 tokens. However, "
                + "your messages resulted in at least 1501 tokens. Please reduce the length of the messages."),
                answer.body());
        assertTrue(answer.body().contains("\"type\":\"invalid_request_error\",\"param\":\"messages\","
                + "\"code\":\"context_length_exceeded\""), answer.body());
        assertEquals(before, upstream.posts().size());
    }

    @Test
    void imagesAndALimitOfTheAnswerCountNothing() {
        assertEquals("small", asked("group", "look: data:image/png;base64," + "iVBORw0KGgo+/".repeat(20_000)));
        HttpResponse<String> answer = gateway.post("/v1/chat/completions",
                prompt("small", "hi").replace("\"stream\"", "\"max_tokens\":100000,\"stream\""));
        assertEquals(200, answer.statusCode(), answer.body());
    }

    @Test
    void aModelWhoseWindowIsNotKnownIsAsked() {
        assertEquals("open", asked("open", LONG));
    }

    @Test
    void ofSeveralInputsTheLongestCounts() {
        String inputs = "\"" + "word ".repeat(60) + "\"";
        String body = "{\"model\":\"embed\",\"input\":[" + (inputs + ",").repeat(9) + inputs + "]}";
        upstream.does((request, line) -> line.json(200, "{\"object\":\"list\",\"data\":[{\"embedding\":[1]}]}"));
        assertEquals(200, gateway.post("/v1/embeddings", body).statusCode());
        assertEquals(400, gateway.post("/v1/embeddings", body.replace("word ", "longer word ")).statusCode());
        upstream.says("it fits");
    }

    @Test
    void withoutTheSettingTheUpstreamIsLeftToJudge() {
        try (RunningGateway without = RunningGateway.with(MODELS.formatted(upstream.baseUrl()))) {
            assertEquals(200, without.post("/v1/chat/completions", prompt("small", LONG)).statusCode());
            assertTrue(upstream.last().text().contains("small-2"));
        }
    }
}
