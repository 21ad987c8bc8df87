package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Who is asked again, and who stands in: each deployment of the group once, then retries, then fallbacks. */
@Timeout(60)
class RetryTest {

    private static final Map<String, String> QUICK = Map.of("gateway.retry.first-wait", "20",
            "camel.resilience4j.minimumNumberOfCalls", "10");
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream first = fixture.upstream();
    private final FakeUpstream second = fixture.upstream();

    /** {@code one} has a deployment and {@code two}, {@code pair} has both, with what {@code settings} add. */
    private RunningGateway gateway(String settings, Map<String, String> properties) {
        Map<String, String> all = new HashMap<>(QUICK);
        all.putAll(properties);
        return RunningGateway.with("""
                model_list:
                  - {model_name: one, litellm_params: {model: openai/a, api_base: '%1$s'}, model_info: {id: one-a}}
                  - {model_name: two, litellm_params: {model: openai/b, api_base: '%2$s'}, model_info: {id: two-b}}
                  - {model_name: pair, litellm_params: {model: openai/a, api_base: '%1$s', order: 1}, model_info: \
                  {id: pair-a}}
                  - {model_name: pair, litellm_params: {model: openai/b, api_base: '%2$s', order: 2}, model_info: \
                  {id: pair-b}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                %3$s
                """.formatted(first.baseUrl(), second.baseUrl(), settings), all);
    }

    private static HttpResponse<String> ask(RunningGateway gateway, String model, String more) {
        return gateway.post("/v1/chat/completions",
                "{\"model\":\"" + model + "\"," + more + "\"messages\":[{\"role\":\"user\"}]}");
    }

    private static void failing(FakeUpstream upstream, int times, int status, String... headers) {
        int before = upstream.posts().size();
        upstream.does((request, line) -> {
            if (upstream.posts().size() - before <= times) {
                line.json(status, Replies.error("not now", "server_error", "x"), headers);
            } else {
                line.json(200, Replies.chat("at last"));
            }
        });
    }

    @Test
    void aloneADeploymentIsAskedTwiceMoreByItself() {
        try (RunningGateway gateway = gateway("", Map.of())) {
            failing(first, 2, 503);
            HttpResponse<String> answer = ask(gateway, "one", "");
            assertTrue(answer.body().contains("at last"), answer.body());
            assertEquals("2", answer.headers().firstValue("x-litellm-attempted-retries").orElse(""));
            assertEquals("0", answer.headers().firstValue("x-litellm-attempted-fallbacks").orElse(""));
            assertEquals(3, first.posts().size());
        }
    }

    @Test
    void withAnotherToAskNobodyIsAskedTwice() {
        try (RunningGateway gateway = gateway("litellm_settings: {fallbacks: [{one: [two]}]}", Map.of())) {
            failing(first, 9, 503);
            assertTrue(ask(gateway, "one", "").body().contains("hello"));
            assertEquals(1, first.posts().size());
        }
    }

    @Test
    void theWholeGroupComesBeforeItsRetriesAndThoseBeforeItsFallbacks() {
        try (RunningGateway gateway =
                gateway("router_settings: {num_retries: 3, fallbacks: [{pair: [two]}]}", Map.of())) {
            failing(first, 9, 503);
            failing(second, 9, 503);
            HttpResponse<String> answer = ask(gateway, "pair", "");
            assertEquals(503, answer.statusCode());
            assertEquals(3, first.posts().size(), "once, and two of three retries");
            // once and one retry as a member of the pair; then once, and three times more, as the fallback
            assertEquals(6, second.posts().size());
        }
    }

    @ParameterizedTest
    @CsvSource({"503,3", "429,3", "408,3", "500,3", "401,1", "404,1", "400,1"})
    void onlyWhatMayPassIsTriedAgain(int status, int calls) {
        try (RunningGateway gateway = gateway("", Map.of())) {
            failing(first, 99, status);
            assertEquals(status, ask(gateway, "one", "").statusCode());
            assertEquals(calls, first.posts().size());
        }
    }

    @Test
    void aRefusedConnectionIsNotTriedAgain() {
        try (RunningGateway gateway = gateway("", Map.of())) {
            first.refuses();
            HttpResponse<String> answer = ask(gateway, "one", "");
            assertEquals("one: connection refused", answer.body().replaceAll(".*reached\\. ([^\"]*)\".*", "$1"));
        }
    }

    @Test
    void theClientsNumberComesBeforeTheConfiguredOnes() {
        try (RunningGateway gateway = gateway("litellm_settings: {num_retries: 5}", Map.of())) {
            failing(first, 99, 503);
            ask(gateway, "one", "\"num_retries\":1,");
            assertEquals(2, first.posts().size());
            HttpResponse<String> byHeader = gateway.post("/v1/chat/completions", RunningGateway.chat("one", false),
                    "x-litellm-num-retries", "0");
            assertEquals(503, byHeader.statusCode());
            assertEquals(3, first.posts().size());
        }
    }

    @Test
    void aRetryPolicyGivesEachKindOfFailureItsNumber() {
        try (RunningGateway gateway =
                gateway("router_settings: {retry_policy: {RateLimitErrorRetries: 1, InternalServerErrorRetries: 0}}",
                Map.of())) {
            failing(first, 99, 429);
            ask(gateway, "one", "");
            assertEquals(2, first.posts().size());
            failing(first, 99, 500);
            ask(gateway, "one", "");
            assertEquals(3, first.posts().size());
        }
    }

    @Test
    void aShortRetryAfterIsWaitedForAndALongOneIsTold() {
        try (RunningGateway gateway = gateway("", Map.of("gateway.retry.max-wait", "1500"))) {
            failing(first, 1, 429, "Retry-After: 1");
            long before = System.nanoTime();
            assertTrue(ask(gateway, "one", "").body().contains("at last"));
            assertTrue(System.nanoTime() - before >= 1_000_000_000L, "not before its time");
            failing(first, 99, 429, "Retry-After: 30");
            int calls = first.posts().size();
            HttpResponse<String> answer = ask(gateway, "one", "");
            assertEquals(429, answer.statusCode());
            assertEquals("30", answer.headers().firstValue("Retry-After").orElse(""));
            assertEquals(calls + 1, first.posts().size());
        }
    }

    @Test
    void aShortRetryAfterIsWaitedForAlsoWhereAnotherDeploymentWasAskedMeanwhile() {
        try (RunningGateway gateway =
                gateway("litellm_settings: {num_retries: 1}", Map.of("gateway.retry.max-wait", "1500"))) {
            first.does((request, line) -> {
                if (request.method().equals("GET") || first.posts().size() > 1) {
                    line.json(200, Replies.chat("at last"));
                } else {
                    line.json(429, Replies.error("not now", "requests", "x"), "Retry-After: 1");
                }
            });
            second.does((request, line) -> {
                Thread.sleep(500); // so that the first has been probed by the end of the pause that follows
                line.json(503, Replies.error("not now", "server_error", "x"));
            });
            assertTrue(ask(gateway, "pair", "").body().contains("at last"));
            assertEquals(2, first.posts().size());
        }
    }

    @Test
    void anOutageIsNotMultipliedByRetries() {
        try (RunningGateway gateway = gateway("litellm_settings: {num_retries: 3}", Map.of("gateway.retry.share", "10",
                "camel.resilience4j.minimumNumberOfCalls", "100000", "camel.resilience4j.slidingWindowSize", "100000",
                "gateway.retry.first-wait", "0"))) {
            failing(first, Integer.MAX_VALUE, 503);
            for (int i = 0; i < 100; i++) {
                ask(gateway, "one", "");
            }
            // 100 requests, 20 retries from the reserve, 10 from the share
            assertEquals(130, first.posts().size());
        }
    }

    @Test
    void theClientMayNameItsOwnStandIns() {
        try (RunningGateway gateway = gateway("litellm_settings: {num_retries: 0}", Map.of())) {
            failing(first, 99, 503);
            HttpResponse<String> answer = ask(gateway, "one", "\"fallbacks\":[\"two\"],");
            assertEquals("two-b", answer.headers().firstValue("x-litellm-model-id").orElse(""));
            assertEquals("1", answer.headers().firstValue("x-litellm-attempted-fallbacks").orElse(""));
            ask(gateway, "one",
                    "\"fallbacks\":[{\"model\":\"two\",\"temperature\":0.5,\"messages\":[{\"role\":\"system\"}]}],");
            assertEquals("{\"model\":\"b\",\"messages\":[{\"role\":\"system\"}],\"temperature\":0.5}",
                    second.last().text());
            ask(gateway, "one", "\"fallbacks\":[{\"one\":[\"two\"]}],");
            assertEquals(3, second.posts().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"\"fallbacks\":[\"nobody\"]", "\"fallbacks\":\"two\"", "\"fallbacks\":[5]", "\"num_retries\":-1",
        "\"num_retries\":\"many\"", "\"timeout\":0", "\"timeout\":\"soon\"", "\"disable_fallbacks\":\"yes\"",
        "\"fallbacks\":[{\"model\":\"two\",\"api_base\":\"http://evil\"}]", "\"additional_drop_params\":[1]"})
    void aSteeringFieldOfTheWrongFormIs400(String field) {
        try (RunningGateway gateway = gateway("", Map.of())) {
            assertEquals(400, ask(gateway, "one", field + ",").statusCode());
            assertTrue(first.posts().isEmpty());
        }
    }

    @Test
    void theClientMayForbidStandIns() {
        try (RunningGateway gateway =
                gateway("litellm_settings: {num_retries: 0, fallbacks: [{one: [two]}]}", Map.of())) {
            failing(first, 99, 503);
            assertEquals(503, ask(gateway, "one", "\"disable_fallbacks\":true,").statusCode());
            assertTrue(second.posts().isEmpty());
        }
    }

    @Test
    void aPromptThatIsTooLongGoesToTheListForThatAndWithoutOneItIsTheClientsAnswer() {
        String tooLong = Replies.error("This model's maximum context length is 10 tokens", "invalid_request_error",
                "context_length_exceeded");
        first.does((request, line) -> line.json(400, tooLong));
        try (RunningGateway gateway = gateway("litellm_settings: {fallbacks: [{one: [two]}]}", Map.of())) {
            assertEquals(400, ask(gateway, "one", "").statusCode());
            assertTrue(second.posts().isEmpty());
            assertEquals(200, ask(gateway, "one", "\"context_window_fallbacks\":[{\"one\":[\"two\"]}],").statusCode());
        }
        try (RunningGateway gateway =
                gateway("litellm_settings: {context_window_fallbacks: [{one: [two]}]}", Map.of())) {
            HttpResponse<String> answer = ask(gateway, "one", "");
            assertEquals("two-b", answer.headers().firstValue("x-litellm-model-id").orElse(""));
            for (int i = 0; i < 12; i++) {
                ask(gateway, "one", "");
            }
            assertFalse(gateway.get("/health").body().contains("cooling"), "and no breaker opens for it");
        }
    }

    @Test
    void aPromptThatIsRefusedGoesToTheListForThat() {
        first.does((request, line) ->
                line.json(400, Replies.error("no", "invalid_request_error", "content_policy_violation")));
        try (RunningGateway gateway =
                gateway("router_settings: {content_policy_fallbacks: [{one: [two]}]}", Map.of())) {
            assertEquals(200, ask(gateway, "one", "").statusCode());
            assertEquals(400, ask(gateway, "one", "\"disable_fallbacks\":true,").statusCode());
        }
    }

    @Test
    void theClientsTimeOutsComeFirstAndAreBounded() {
        first.does((request, line) -> line.awaitClosed());
        try (RunningGateway gateway = gateway("litellm_settings: {num_retries: 0, request_timeout: 20}",
                Map.of("gateway.timeout.max", "5000"))) {
            HttpResponse<String> answer = ask(gateway, "one", "\"timeout\":0.2,");
            assertEquals(504, answer.statusCode());
            assertTrue(answer.body().contains("no answer within 200 ms"), answer.body());
            HttpResponse<String> byHeader = gateway.post("/v1/chat/completions", RunningGateway.chat("one", true),
                    "x-litellm-timeout", "9", "x-litellm-stream-timeout", "0.1");
            assertTrue(byHeader.body().contains("no token within 100 ms"), byHeader.body());
        }
        List<String> none = List.of();
        assertEquals(none, second.posts());
    }

    @Test
    void aRetryAfterMayBeADate() {
        try (RunningGateway gateway = gateway("litellm_settings: {num_retries: 1}", Map.of())) {
            String date = java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                    java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC).plusSeconds(2));
            failing(first, 1, 429, "Retry-After: " + date);
            long before = System.nanoTime();
            assertTrue(ask(gateway, "one", "").body().contains("at last"));
            assertTrue(System.nanoTime() - before >= 1_000_000_000L, "not before its time");
        }
    }

    @Test
    void anotherDeploymentIsAskedWithoutAPauseWhateverTheFirstHasSaid() {
        try (RunningGateway gateway =
                gateway("", Map.of("gateway.retry.first-wait", "20000", "gateway.retry.max-wait", "20000"))) {
            failing(first, 99, 429, "Retry-After: 20");
            long before = System.nanoTime();
            assertEquals("pair-b", ask(gateway, "pair", "").headers().firstValue("x-litellm-model-id").orElse(""));
            assertTrue(System.nanoTime() - before < 10_000_000_000L, "no pause of 20 s");
        }
    }

    @Test
    void aDeploymentThatIsLeftAloneIsNotAskedAgain() {
        try (RunningGateway gateway =
                gateway("litellm_settings: {num_retries: 3}\nrouter_settings: {cooldown_time: 60}",
                Map.of("camel.resilience4j.minimumNumberOfCalls", "2"))) {
            failing(first, 99, 503);
            assertEquals(503, ask(gateway, "one", "").statusCode());
            assertEquals(2, first.posts().size(), "the breaker opens with the second, and no retry follows");
        }
    }

    @Test
    void nobodyWaitsForADeploymentThatIsLeftAloneByThen() {
        try (RunningGateway gateway = gateway(
                "litellm_settings: {num_retries: 3, default_fallbacks: [two]}\nrouter_settings: {cooldown_time: 60}",
                Map.of("camel.resilience4j.minimumNumberOfCalls", "1", "gateway.retry.first-wait", "5000",
                "gateway.timeout.total", "2000"))) {
            failing(first, 99, 503);
            failing(second, 0, 503);
            HttpResponse<String> answer = ask(gateway, "one", "");
            assertEquals(200, answer.statusCode(), "and not cut off in a pause before a retry: " + answer.body());
            assertEquals(1, first.posts().size());
            assertEquals("2", answer.headers().firstValue("x-dromedary-attempts").orElse(""));
        }
    }

    @Test
    void theStandInsOfTheConfigurationFollowAnAliasOnceEachUpToTheirNumber() {
        String lists = """
                router_settings:
                  model_group_alias: {other-name: one}
                  default_fallbacks: [two]
                  fallbacks: [{one: [pair]}, {pair: [one]}]
                litellm_settings: {num_retries: 0, max_fallbacks: %d}
                """;
        try (RunningGateway gateway = gateway(lists.formatted(5), Map.of())) {
            failing(first, 99, 503);
            failing(second, 99, 503);
            HttpResponse<String> answer = ask(gateway, "other-name", "");
            assertEquals(503, answer.statusCode());
            assertEquals("3", answer.headers().firstValue("x-dromedary-attempts").orElse(""),
                    "one, and pair's two; not one again: " + answer.body());
        }
        try (RunningGateway gateway =
                gateway("litellm_settings: {num_retries: 0, default_fallbacks: [two]}", Map.of())) {
            failing(first, 99, 503);
            failing(second, 0, 503);
            assertEquals("two-b", ask(gateway, "one", "").headers().firstValue("x-litellm-model-id").orElse(""));
        }
        try (RunningGateway gateway =
                gateway("litellm_settings: {num_retries: 0, max_fallbacks: 0, fallbacks: [{one: [two]}]}", Map.of())) {
            failing(first, 99, 503);
            assertEquals(503, ask(gateway, "one", "").statusCode());
        }
    }

    @Test
    void aDeploymentsOwnTimeOutsMoveToTheNextOne() {
        try (RunningGateway gateway = RunningGateway.with("""
                model_list:
                  - {model_name: one, litellm_params: {model: openai/a, api_base: '%s', timeout: 0.3, stream_timeout: \
                  0.2}}
                  - {model_name: two, litellm_params: {model: openai/b, api_base: '%s'}}
                litellm_settings: {num_retries: 0, fallbacks: [{one: [two]}]}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(first.baseUrl(), second.baseUrl()))) {
            first.does((request, line) -> line.awaitClosed());
            second.does((request, line) -> {
                if (request.text().contains("\"stream\":true")) {
                    line.stream("streamed");
                } else {
                    line.json(200, Replies.chat("whole"));
                }
            });
            assertTrue(ask(gateway, "one", "").body().contains("whole"));
            assertTrue(ask(gateway, "one", "\"stream\":true,").body().contains("streamed"));
        }
    }
}
