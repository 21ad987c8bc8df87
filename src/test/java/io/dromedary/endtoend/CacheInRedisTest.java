package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RedisServer;
import io.dromedary.harness.RunningGateway;

/** Two gateways that keep answers in one Redis, which may be slow, full of something else, or away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheInRedisTest {

    private static final String CHAT = "/v1/chat/completions";

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    private FakeUpstream upstream;
    private RedisServer redis;
    private RunningGateway first;
    private RunningGateway second;
    private String prompt;

    @BeforeAll
    void start() throws IOException {
        redis = fixture.closing(RedisServer.start());
        upstream = fixture.upstream();
        String config = """
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/up, api_base: '%s'}
                litellm_settings:
                  num_retries: 0
                  cache: true
                  cache_params: {type: redis, host: 127.0.0.1, port: %d, ttl: 60, namespace: team}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl(), redis.port());
        first = fixture.gateway(config);
        second = fixture.gateway(config);
    }

    @BeforeEach
    void anotherPrompt() {
        prompt = UUID.randomUUID().toString();
        upstream.says("hello ".repeat(1000));
    }

    private HttpResponse<String> ask(RunningGateway gateway, boolean stream) {
        HttpResponse<String> answer = gateway.post(CHAT, "{\"model\":\"only\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]}");
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    private static boolean hit(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-litellm-cache-hit").orElseThrow().equals("True");
    }

    private String key(HttpResponse<String> answer) {
        return "team:cache:" + answer.headers().firstValue("x-litellm-cache-key").orElseThrow();
    }

    /** Asks until the answer comes from the cache, as it was. */
    private void awaitHit(RunningGateway gateway, boolean stream, String body) {
        await().atMost(Duration.ofSeconds(30)).pollInSameThread().until(() -> {
            HttpResponse<String> answer = ask(gateway, stream);
            assertEquals(body, answer.body());
            return hit(answer);
        });
    }

    @Test
    void anAnswerOfOneGatewayIsGivenByTheOther() throws IOException {
        for (boolean stream : new boolean[] {false, true}) {
            HttpResponse<String> asked = ask(first, stream);
            assertFalse(hit(asked));
            await().until(() -> redis.cli("EXISTS", key(asked)).contains("1"));
            HttpResponse<String> again = ask(second, stream);
            assertTrue(hit(again));
            assertEquals(asked.body(), again.body());
            assertEquals(asked.headers().firstValue("Content-Type"), again.headers().firstValue("Content-Type"));
            int ttl = number(redis.cli("TTL", key(asked)));
            assertTrue(ttl > 0 && ttl <= 60, "seconds: " + ttl);
            assertTrue(number(redis.cli("STRLEN", key(asked))) < 1000, "it is compressed");
        }
        assertTrue(first.get("/health/readiness").body().contains("\"cache\":\"redis\""));
    }

    private static int number(String told) {
        return Integer.parseInt(told.replaceAll("\\D", ""));
    }

    @Test
    void whatSomebodyElseHasPutThereIsNoAnswer() throws IOException {
        HttpResponse<String> asked = ask(first, false);
        await().until(() -> redis.cli("EXISTS", key(asked)).contains("1"));
        redis.cli("SET", key(asked), "{\"not\":\"ours\"}");
        HttpResponse<String> again = ask(second, false);
        assertFalse(hit(again));
        assertEquals(asked.body(), again.body());
        redis.cli("DEL", key(asked));
        redis.cli("LPUSH", key(asked), "a list");
        assertFalse(hit(ask(second, false)));
    }

    @Test
    void whileRedisIsFrozenOrAwayRequestsAreAskedUpstream() throws IOException {
        String body = ask(first, false).body();
        awaitHit(first, false, body);
        redis.freeze();
        try {
            assertFalse(hit(ask(first, false)));
            // Far below what a client would notice of a Redis that never answers.
            await().atMost(Duration.ofSeconds(20)).pollInSameThread().until(() -> {
                long began = System.nanoTime();
                assertEquals(body, ask(first, false).body());
                return System.nanoTime() - began < 200_000_000L;
            });
        } finally {
            redis.thaw();
        }
        awaitHit(first, false, body);
        redis.kill();
        for (int i = 0; i < 5; i++) {
            assertEquals(body, ask(first, false).body());
        }
        redis.begin();
        awaitHit(first, false, body);
        awaitHit(second, false, body);
    }
}
