package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Which answers the cache never keeps, and requests that wait for the answer of one like them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheKeepingTest {

    private static final String CHAT = "/v1/chat/completions";

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    private FakeUpstream upstream;
    private FakeUpstream cloud;
    private RunningGateway gateway;
    private LogLines log;
    private String prompt;

    @BeforeAll
    void start() {
        upstream = fixture.upstream();
        cloud = fixture.upstream();
        gateway = fixture.gateway("""
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/up, api_base: '%s'}
                  - model_name: cloud
                    litellm_params: {model: openai/up, api_base: '%s'}
                litellm_settings: {num_retries: 0, cache: true, fallbacks: [{only: [cloud]}]}
                router_settings: {disable_cooldowns: true}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl(), cloud.baseUrl()), Map.of("gateway.cache.wait", "30000",
                "gateway.cache.longest", "20000"));
        log = LogLines.ofRequests();
    }

    @AfterAll
    void stop() {
        log.close();
    }

    @BeforeEach
    void anotherPrompt() {
        prompt = UUID.randomUUID().toString();
        upstream.says("hello");
    }

    private String chat(boolean stream) {
        return "{\"model\":\"only\",\"stream\":" + stream + ",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt
                + "\"}]}";
    }

    private HttpResponse<String> ask(boolean stream) {
        HttpResponse<String> answer = gateway.post(CHAT, chat(stream));
        ended(answer.headers().firstValue("x-litellm-call-id").orElseThrow());
        return answer;
    }

    private void ended(String id) {
        await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5))
                .until(() -> log.lines().stream().anyMatch(line -> line.contains(id)));
    }

    private static boolean hit(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-litellm-cache-hit").orElse("").equals("True");
    }

    static Stream<List<Object>> bad() {
        return Stream.of(
                List.of("an error", false, behaviour((request, line) ->
                        line.json(400, Replies.error("bad", "invalid_request_error", "bad")))),
                List.of("a filtered answer", false, behaviour((request, line) ->
                        line.json(200, Replies.chat("x").replace("\"stop\"", "\"content_filter\"")))),
                List.of("an answer that ends nobody knows how", false, behaviour((request, line) ->
                        line.json(200, Replies.chat("x").replace("\"stop\"", "null")))),
                List.of("an empty answer", false, behaviour((request, line) -> line.json(200, Replies.chat("")))),
                List.of("a long answer", false, behaviour((request, line) ->
                        line.json(200, Replies.chat("x".repeat(20_000))))),
                List.of("a long stream", true, behaviour((request, line) -> line.stream("x".repeat(20_000)))),
                List.of("a stream that is cut", true, behaviour((request, line) ->
                        line.streamHead().event(Replies.chunk("a")).hangUp())),
                List.of("a stream that ends without its end", true, behaviour((request, line) ->
                        line.streamHead().event(Replies.chunk("a")).endOfChunks())),
                List.of("a stream with an error in it", true, behaviour((request, line) ->
                        line.streamHead().event(Replies.chunk("a")).event(Replies.error("no", "server_error", "no"))
                        .event("[DONE]").endOfChunks())),
                List.of("a stream that is filtered", true, behaviour((request, line) ->
                        line.streamHead().event(Replies.chunk("a"))
                        .event(Replies.finish().replace("\"stop\"", "\"content_filter\"")).event("[DONE]")
                        .endOfChunks())),
                List.of("a stream without a word of its end", true, behaviour((request, line) ->
                        line.streamHead().event(Replies.chunk("a")).event("[DONE]").endOfChunks())),
                List.of("an empty stream", true, behaviour((request, line) ->
                        line.streamHead().event(Replies.role()).event(Replies.finish()).event("[DONE]")
                        .endOfChunks())));
    }

    private static FakeUpstream.Behaviour behaviour(FakeUpstream.Behaviour what) {
        return what;
    }

    @ParameterizedTest
    @MethodSource("bad")
    void anAnswerThatIsNotWholeAndGoodIsNeverKept(List<Object> of) {
        boolean stream = (boolean) of.get(1);
        upstream.does((FakeUpstream.Behaviour) of.get(2));
        cloud.does((FakeUpstream.Behaviour) of.get(2));
        ask(stream);
        upstream.says("good now");
        HttpResponse<String> next = ask(stream);
        assertFalse(hit(next), of.get(0).toString());
        assertTrue(next.body().contains("good now"), next.body());
        assertTrue(hit(ask(stream)), of.get(0).toString());
    }

    @Test
    void theAnswerOfAFallbackIsNotKept() {
        cloud.says("from the cloud");
        upstream.does((request, line) -> line.json(500, "{}"));
        for (boolean stream : new boolean[] {false, true}) {
            for (int i = 0; i < 2; i++) {
                HttpResponse<String> answer = ask(stream);
                assertTrue(answer.body().contains("from the cloud"), answer.body());
                assertFalse(hit(answer));
            }
        }
    }

    @Test
    void nothingIsKeptOfAStreamWhoseClientLeft() throws Exception {
        CountDownLatch left = new CountDownLatch(1);
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.chunk("a"));
            left.await();
            line.event(Replies.chunk("b")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        String body = chat(true);
        try (Socket client = new Socket("127.0.0.1", gateway.port())) {
            client.getOutputStream().write(("POST " + CHAT + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                    + RunningGateway.KEY + "\r\nx-litellm-call-id: leaver-" + prompt + "\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
            assertTrue(client.getInputStream().read() > 0);
        }
        ended("leaver-" + prompt);
        left.countDown();
        upstream.says("again");
        HttpResponse<String> next = ask(true);
        assertFalse(hit(next));
        assertTrue(next.body().contains("again"), next.body());
    }

    private CompletableFuture<HttpResponse<String>> askLater(boolean stream) {
        return CompletableFuture.supplyAsync(() -> gateway.post(CHAT, chat(stream)));
    }

    @Test
    void requestsThatAreTheSameAtTheSameTimeAskOnce() throws Exception {
        int before = upstream.posts().size();
        for (boolean stream : new boolean[] {false, true}) {
            CountDownLatch answer = new CountDownLatch(1);
            upstream.does((request, line) -> {
                answer.await();
                if (stream) {
                    line.stream("once");
                } else {
                    line.json(200, Replies.chat("once"));
                }
            });
            CompletableFuture<HttpResponse<String>> first = askLater(stream);
            await().until(() -> upstream.posts().size() == before + (stream ? 2 : 1));
            CompletableFuture<HttpResponse<String>> second = askLater(stream);
            await().until(() -> gateway.get("/metrics").body().contains("dromedary_requests_in_flight 2.0"));
            answer.countDown();
            assertEquals(first.get().body(), second.get().body());
            assertTrue(hit(second.get()) && !hit(first.get()), second.get().headers().toString());
        }
        assertEquals(before + 2, upstream.posts().size());
    }

    @Test
    void whereTheFirstFailsTheOtherAsksByItself() throws Exception {
        int before = upstream.posts().size();
        CountDownLatch answer = new CountDownLatch(1);
        upstream.does((request, line) -> {
            answer.await();
            boolean first = upstream.posts().size() == before + 1;
            line.json(first ? 400 : 200, first ? Replies.error("bad", "invalid_request_error", "bad")
                    : Replies.chat("mine"));
        });
        CompletableFuture<HttpResponse<String>> first = askLater(false);
        await().until(() -> upstream.posts().size() == before + 1);
        CompletableFuture<HttpResponse<String>> second = askLater(false);
        await().until(() -> gateway.get("/metrics").body().contains("dromedary_requests_in_flight 2.0"));
        answer.countDown();
        assertEquals(400, first.get().statusCode());
        assertTrue(second.get().body().contains("mine") && !hit(second.get()), second.get().body());
    }
}
