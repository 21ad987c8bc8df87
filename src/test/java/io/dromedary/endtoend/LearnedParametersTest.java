package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
 * With drop_params, what an upstream does not take is left out or renamed: the name that it means, learned from
 * success, and told.
 */
@Timeout(60)
class LearnedParametersTest {

    private static final String VECTOR =
            "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5]}]}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    private HttpResponse<String> ask(String fields) {
        return gateway.post("/v1/chat/completions",
                RunningGateway.chat("only", false).replace("\"stream\"", fields + "\"stream\""));
    }

    /** Refuses a request that has {@code field} with that message. */
    private void refuses(String field, String message, String code) {
        upstream.does((request, line) -> {
            if (request.text().contains("\"" + field + "\"")) {
                line.json(400, Replies.error(message, "invalid_request_error", code));
            } else {
                line.json(200, Replies.chat("ok"));
            }
        });
    }

    private String health() {
        return gateway.get("/health").body();
    }

    @Test
    void aNameThatHoldsAnotherOneIsTakenAsAWhole() {
        for (String message : new String[] {"Unrecognized request argument supplied: zz temperature",
                "Unknown parameter: 'zz temperature'"}) {
            refuses("zz temperature", message, "x");
            assertEquals(200, ask("\"temperature\":0.5,\"zz temperature\":1,").statusCode());
            assertTrue(upstream.last().text().contains("\"temperature\":0.5"), upstream.last().text());
            assertTrue(health()
                    .contains("\"learned_parameters\":{\"zz temperature\":\"left out of /chat/completions\"}"),
                    health());
        }
    }

    @Test
    void theNameInQuotesIsMeantAndNotTheWordModel() {
        refuses("stop", "'stop' is not supported with this model", "x");
        assertEquals(200, ask("\"stop\":[\"a\"],").statusCode());
        assertFalse(upstream.last().text().contains("\"stop\""));
        assertTrue(health().contains("\"learned_parameters\":{\"stop\":\"left out of /chat/completions\"}"), health());
    }

    @Test
    void aValueOfWhichOnlyTheDefaultIsSupportedIsLeftOut() {
        refuses("temperature",
                "Unsupported value: 'temperature' does not support 0.5 with this model. Only the default (1) value is "
                + "supported.",
                "unsupported_value");
        HttpResponse<String> answer = ask("\"temperature\":0.5,");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("temperature", answer.headers().firstValue("x-dromedary-dropped-params").orElse(""));
    }

    @Test
    void aLimitUnderItsOtherNameIsRenamedBothWaysAndRemembered() {
        for (String[] names : new String[][] {{"max_tokens", "max_completion_tokens"},
                {"max_completion_tokens", "max_tokens"}}) {
            try (RunningGateway fresh = RunningGateway.with(RunningGateway.single(upstream))) {
                refuses(names[0], "Unsupported parameter: '" + names[0] + "' is not supported with this model. Use '"
                        + names[1] + "' instead.",
                        "unsupported_parameter");
                String body = RunningGateway.chat("only", false)
                        .replace("\"stream\"", "\"" + names[0] + "\":77,\"stream\"");
                int before = upstream.posts().size();
                for (int i = 0; i < 2; i++) {
                    assertEquals(200, fresh.post("/v1/chat/completions", body).statusCode());
                    assertTrue(upstream.last().text().contains("\"" + names[1] + "\":77"), upstream.last().text());
                }
                assertEquals(before + 3, upstream.posts().size());
            }
        }
    }

    /** Behind a wildcard, the client names the model; and a server's endpoints do not take the same. */
    @Test
    void whatIsLearnedOfOneModelOrEndpointHoldsForNoOther() {
        try (RunningGateway wildcard = RunningGateway.with("""
                model_list:
                  - model_name: 'any/*'
                    litellm_params: {model: 'openai/*', api_base: '%s'}
                litellm_settings: {drop_params: true, num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl()))) {
            upstream.does((request, line) -> {
                boolean takes = !request.path().endsWith("/embeddings") && !request.text().contains("\"reasoner\"");
                if (request.text().contains("\"temperature\"") && !takes) {
                    line.json(400, Replies.error("Unknown parameter: 'temperature'", "invalid_request_error", "x"));
                } else {
                    line.json(200, request.path().endsWith("/embeddings") ? VECTOR : Replies.chat("ok"));
                }
            });
            String chat = "{\"model\":\"any/%s\",\"temperature\":0.5,\"messages\":[{\"role\":\"user\"}]}";
            for (int i = 0; i < 2; i++) {
                assertEquals(200, wildcard.post("/v1/chat/completions", chat.formatted("reasoner")).statusCode());
                assertEquals(200, wildcard.post("/v1/embeddings",
                        "{\"model\":\"any/plain\",\"temperature\":0.5,\"input\":\"x\"}").statusCode());
                HttpResponse<String> other = wildcard.post("/v1/chat/completions", chat.formatted("plain"));
                assertTrue(upstream.last().text().contains("\"temperature\":0.5"), upstream.last().text());
                assertEquals("", other.headers().firstValue("x-dromedary-dropped-params").orElse(""));
            }
            assertEquals(8, upstream.posts().size(), "what is learned is not found out again");
            String health = wildcard.get("/health").body();
            assertTrue(health.contains("{\"temperature\":\"left out of /chat/completions for reasoner,"
                    + " left out of /embeddings for plain\"}"), health);
        }
    }

    @Test
    void nothingIsLearnedWhereTheSecondSendingFails() {
        upstream.does((request, line) ->
                line.json(400, Replies.error("Unknown parameter: 'top_k'", "invalid_request_error", "x")));
        assertEquals(400, ask("\"top_k\":3,").statusCode());
        assertFalse(health().contains("learned_parameters"), health());
    }

    @Test
    void whatIsLearnedIsBoundedInNumberAndLength() {
        String longName = "l".repeat(129);
        refuses(longName, "Unrecognized request argument supplied: " + longName, "x");
        assertEquals(200, ask("\"" + longName + "\":1,").statusCode());
        assertFalse(health().contains("learned_parameters"), "too long a name is found out each time");
        for (int i = 0; i < 40; i++) {
            String name = "zz_param_" + i + "_";
            refuses(name, "Unknown parameter: '" + name + "'", "x");
            assertEquals(200, ask("\"" + name + "\":1,").statusCode());
        }
        String health = health();
        assertEquals(32, health.split("zz_param_", -1).length - 1, health);
        assertTrue(health.contains("zz_param_39_") && !health.contains("zz_param_7_"), health);
    }
}
