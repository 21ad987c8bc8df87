package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * A prompt that is too long goes to whoever has a larger window: in the same group, and from a fallback on by its own
 * list.
 */
@Timeout(60)
class ContextFallbackTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    private RunningGateway gateway(String settings) {
        // Each model fails by what its name says.
        upstream.does((request, line) -> {
            if (request.text().contains("\"model\":\"short")) {
                line.json(400, Replies.error("prompt is too long: 9 tokens > 8 maximum", "invalid_request_error", "x"));
            } else if (request.text().contains("\"model\":\"broken")) {
                line.json(500, Replies.error("boom", "server_error", "x"));
            } else {
                line.json(200, Replies.chat("it fits"));
            }
        });
        return RunningGateway.with("""
                model_list:
                  - {model_name: group, litellm_params: {model: openai/short-1, api_base: '%1$s', order: 1}, \
                  model_info: {max_input_tokens: 100}}
                  - {model_name: group, litellm_params: {model: openai/short-2, api_base: '%1$s', order: 2}, \
                  model_info: {max_input_tokens: 50}}
                  - {model_name: group, litellm_params: {model: openai/large, api_base: '%1$s', order: 3}, \
                  model_info: {max_input_tokens: 900}}
                  - {model_name: broken, litellm_params: {model: openai/broken, api_base: '%1$s'}}
                  - {model_name: small, litellm_params: {model: openai/short-3, api_base: '%1$s'}}
                  - {model_name: other, litellm_params: {model: openai/short-4, api_base: '%1$s'}}
                  - {model_name: huge, litellm_params: {model: openai/huge, api_base: '%1$s'}}
                litellm_settings: {num_retries: 0, %2$s}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl(), settings));
    }

    private static HttpResponse<String> ask(RunningGateway gateway, String model) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat(model, false));
    }

    @Test
    void aLargerDeploymentOfTheSameGroupIsAskedAndASmallerOneIsNot() {
        try (RunningGateway gateway = gateway("fallbacks: []")) {
            assertTrue(ask(gateway, "group").body().contains("it fits"));
            assertEquals(2, upstream.posts().size());
        }
    }

    @Test
    void aFallbackHasAContextListOfItsOwn() {
        try (RunningGateway gateway =
                gateway("fallbacks: [{broken: [small]}], context_window_fallbacks: [{small: [huge]}]")) {
            assertTrue(ask(gateway, "broken").body().contains("it fits"));
        }
    }

    @Test
    void listsInACircleEnd() {
        try (RunningGateway gateway = gateway("context_window_fallbacks: [{small: [other]}, {other: [small]}]")) {
            HttpResponse<String> answer = ask(gateway, "small");
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains("context_length_exceeded"), answer.body());
            assertEquals(2, upstream.posts().size());
        }
    }
}
