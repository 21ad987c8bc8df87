package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What a request has reserved of its key's limits is free when its client has the answer, whatever routes do then. */
@TestInstance(Lifecycle.PER_CLASS)
class AskAgainAtOnceTest {

    private static final String KEY = "sk-shop-0000000000000000";
    private static final String DELAY = "delay: {expression: {constant: {expression: \"3000\"}}}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: only
                litellm_params: {model: openai/up, api_base: '%s', input_cost_per_token: 0.5,
                                 output_cost_per_token: 0.5}
            litellm_settings: {num_retries: 0}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            virtual_keys:
              - {key_alias: shop, key: %s, max_budget: 1000, max_parallel_requests: 1}
            """.formatted(upstream.baseUrl(), KEY), Map.of("gateway.keys.answer-tokens", "2000"), Map.of(
            "gateway.camel.yaml", beforeTheEnd(Routes.read("gateway.camel.yaml")),
            "errors.camel.yaml", Routes.read("errors.camel.yaml") + "            - " + DELAY + "\n"));

    private static String beforeTheEnd(String routes) {
        String stop = "        - stop:\n            id: request-is-over\n";
        assertTrue(routes.contains(stop), "the route that ends each request");
        return routes.replace(stop, "        - " + DELAY + "\n" + stop);
    }

    private HttpResponse<String> ask(String body) {
        return gateway.send(gateway.request("/v1/chat/completions", "Authorization", "Bearer " + KEY,
                "Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    @ParameterizedTest
    @CsvSource({"200, false", "200, true", "400, false", "400, true"})
    void theNextRequestFindsThePlaceAndTheBudgetFree(int status, boolean stream) {
        upstream.does((request, line) -> {
            if (status != 200) {
                line.json(status, "{\"error\":{\"message\":\"no\"}}");
            } else if (stream) {
                line.stream("x");
            } else {
                line.json(200, Replies.chat("x"));
            }
        });
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = ask(chat("only", stream));
            assertEquals(status, answer.statusCode(), answer.body());
        }
    }
}
