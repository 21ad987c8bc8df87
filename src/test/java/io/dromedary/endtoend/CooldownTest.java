package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** How long a deployment is left alone, and how it comes back. */
@Timeout(60)
class CooldownTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream first = fixture.upstream();
    private final FakeUpstream second = fixture.upstream();

    /** Nobody is let through to a deployment that is left alone: OpenBreakerTest has those who are. */
    private RunningGateway gateway(String settings, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("gateway.breaker.trickle", "0");
        return RunningGateway.with("""
                model_list:
                  - {model_name: one, litellm_params: {model: openai/a, api_base: '%1$s'}, model_info: {id: one-a}}
                  - {model_name: two, litellm_params: {model: openai/b, api_base: '%2$s'}, model_info: {id: two-b}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                litellm_settings: {num_retries: 0}
                %3$s
                """.formatted(first.baseUrl(), second.baseUrl(), settings), properties);
    }

    private static HttpResponse<String> ask(RunningGateway gateway, String model) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat(model, false));
    }

    private static void failing(FakeUpstream upstream, int status, String... headers) {
        upstream.does((request, line) -> line.json(status, Replies.error("not now", "server_error", "x"), headers));
    }

    private static long probes(FakeUpstream upstream) {
        return upstream.received().stream().filter(request -> request.method().equals("GET")).count();
    }

    @Test
    void whileTheProbeFailsNoUsersRequestIsSpentOnFindingOut() {
        failing(first, 503);
        try (RunningGateway gateway = gateway("router_settings: {cooldown_time: 0.1}", Map.of())) {
            for (int i = 0; i < 3; i++) {
                ask(gateway, "one");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                assertEquals(503, ask(gateway, "one").statusCode());
                return probes(first) >= 5;
            });
            assertEquals(3, first.posts().size());
            first.does((request, line) -> line.json(200, Replies.chat("back")));
            await().atMost(Duration.ofSeconds(20)).until(() -> ask(gateway, "one").body().contains("back"));
        }
    }

    @Test
    void aFallbackThatIsPassedOverTellsWhenItIsBackAndNotWhatTheOneBeforeItSaid() {
        try (RunningGateway gateway = gateway("router_settings: {fallbacks: [{one: [two]}]}", Map.of())) {
            failing(second, 429, "Retry-After: 30");
            assertEquals(429, ask(gateway, "two").statusCode());
            failing(first, 503, "Retry-After: 7", "x-ratelimit-remaining-requests: 5");
            HttpResponse<String> answer = ask(gateway, "one");
            assertEquals(429, answer.statusCode(), answer.body());
            assertEquals("two-b", answer.headers().firstValue("x-litellm-model-id").orElse(""));
            assertEquals("1", answer.headers().firstValue("x-dromedary-attempts").orElse(""));
            assertTrue(answer.headers().firstValueAsLong("Retry-After").orElse(0) > 7, answer.headers().toString());
            assertTrue(answer.headers().firstValue("x-ratelimit-remaining-requests").isEmpty(),
                    answer.headers().toString());
            assertEquals(1, second.posts().size());
        }
    }

    @Test
    void aServerThatListsItsModelsButCannotGenerateIsLeftAloneAgain() {
        first.does((request, line) -> line.json(request.method().equals("GET") ? 200 : 503, "{}"));
        try (RunningGateway gateway = gateway("router_settings: {cooldown_time: 0.2}", Map.of())) {
            for (int i = 0; i < 3; i++) {
                ask(gateway, "one");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                ask(gateway, "one");
                return first.posts().size() >= 7;
            });
            assertTrue(probes(first) >= 2, "each time after a probe");
        }
    }

    @Test
    void aProbeMayBeAConnectionOnly() {
        failing(first, 503);
        try (RunningGateway gateway =
                gateway("router_settings: {cooldown_time: 0.1}", Map.of("gateway.breaker.probe", "tcp"))) {
            for (int i = 0; i < 3; i++) {
                ask(gateway, "one");
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                ask(gateway, "one");
                return first.posts().size() >= 5;
            });
            assertEquals(0, probes(first));
        }
    }

    @Test
    void oneTooManyRequestsWithRetryAfterIsEnoughAndLastsAsLongAsItSays() {
        failing(first, 429, "Retry-After: 30");
        try (RunningGateway gateway = gateway("router_settings: {fallbacks: [{one: [two]}]}", Map.of())) {
            for (int i = 0; i < 5; i++) {
                assertEquals("two-b", ask(gateway, "one").headers().firstValue("x-litellm-model-id").orElse(""));
            }
            assertEquals(1, first.posts().size());
            failing(second, 429, "Retry-After: 20");
            ask(gateway, "two");
            HttpResponse<String> answer = ask(gateway, "one");
            assertEquals(429, answer.statusCode());
            long back = Long.parseLong(answer.headers().firstValue("Retry-After").orElse("0"));
            assertTrue(back > 15 && back <= 20, "the earliest return of the two: " + back);
            assertEquals("0", answer.headers().firstValue("x-dromedary-attempts").orElse(""));
        }
    }

    @Test
    void aRetryAfterWithoutMeasureIsCut() {
        failing(first, 429, "Retry-After: 999999");
        try (RunningGateway gateway = gateway("", Map.of("gateway.breaker.max-open", "60000"))) {
            ask(gateway, "one");
            long back = Long.parseLong(ask(gateway, "one").headers().firstValue("Retry-After").orElse("0"));
            assertTrue(back > 50 && back <= 60, "cut to " + back);
        }
    }

    @Test
    void allowedFailsCountsAsLiteLlmsUsersKnowIt() {
        failing(first, 500);
        try (RunningGateway gateway = gateway("router_settings: {allowed_fails: 4, cooldown_time: 30}", Map.of())) {
            for (int i = 0; i < 10; i++) {
                ask(gateway, "one");
            }
            assertEquals(5, first.posts().size(), "four are borne, the fifth is one too many");
        }
        failing(second, 500);
        try (RunningGateway gateway = gateway("router_settings: {allowed_fails: 9, cooldown_time: 30, "
                + "allowed_fails_policy: {InternalServerErrorAllowedFails: 1}}", Map.of())) {
            for (int i = 0; i < 10; i++) {
                ask(gateway, "two");
            }
            assertEquals(2, second.posts().size());
        }
    }

    @Test
    void withCooldownsDisabledNobodyIsLeftAlone() {
        failing(first, 500);
        try (RunningGateway gateway = gateway("router_settings: {disable_cooldowns: true}", Map.of())) {
            for (int i = 0; i < 10; i++) {
                assertEquals(500, ask(gateway, "one").statusCode());
            }
            assertEquals(10, first.posts().size());
        }
    }

    @Test
    void theLongestTimeThatWasSaidHolds() throws Exception {
        java.util.concurrent.CountDownLatch both = new java.util.concurrent.CountDownLatch(2);
        java.util.concurrent.CountDownLatch longToldFirst = new java.util.concurrent.CountDownLatch(1);
        first.does((request, line) -> {
            both.countDown();
            both.await();
            boolean shorter = request.text().contains("shorter");
            if (shorter) {
                longToldFirst.await();
            }
            line.json(429, Replies.error("not now", "requests", "x"), "Retry-After: " + (shorter ? 1 : 40));
        });
        try (RunningGateway gateway = gateway("", Map.of());
                io.dromedary.harness.RawClient shorter = new io.dromedary.harness.RawClient(gateway.port())) {
            shorter.post("/v1/chat/completions", RunningGateway.chat("one", false).replace("hi", "shorter"));
            assertEquals("40", ask(gateway, "one").headers().firstValue("Retry-After").orElse(""));
            longToldFirst.countDown();
            shorter.readUntil("}}");
            long back = Long.parseLong(ask(gateway, "one").headers().firstValue("Retry-After").orElse("0"));
            assertTrue(back > 30, "not the second that came later: " + back);
        }
    }
}
