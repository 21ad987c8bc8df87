package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Scrape;

/** The cache of answers: which requests are the same, what comes back, and what a request may ask of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CacheTest {

    private static final String CHAT = "/v1/chat/completions";
    private static final String USAGE =
            ",\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5}}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();

    private FakeUpstream upstream;
    private RunningGateway gateway;
    private LogLines log;
    private String prompt;

    @BeforeAll
    void start() {
        upstream = fixture.upstream();
        gateway = fixture.gateway("""
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/up, api_base: '%1$s'}
                    model_info: {input_cost_per_token: 1, output_cost_per_token: 1}
                  - model_name: other
                    litellm_params: {model: openai/up, api_base: '%1$s'}
                litellm_settings:
                  num_retries: 0
                  cache: true
                  cache_params: {type: local, ttl: 600, namespace: tests}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl()), Map.of("gateway.log.format", "json",
                "gateway.usage.ask-streams", "true"));
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

    /** A chat of this test, with {@code more} fields. */
    private String chat(String more) {
        return "{\"model\":\"only\",\"messages\":[{\"role\":\"user\",\"content\":\"" + prompt + "\"}]"
                + (more.isEmpty() ? "" : "," + more) + "}";
    }

    /** Asks, and waits until the request has ended: then its answer is kept, if it is to be. */
    private HttpResponse<String> ask(String path, String body, String... headers) {
        HttpResponse<String> answer = gateway.post(path, body, headers);
        line(answer);
        return answer;
    }

    /** A chat with more fields, and with a header. */
    private HttpResponse<String> askSo(String... how) {
        return how.length == 1 ? ask(CHAT, chat(how[0])) : ask(CHAT, chat(how[0]), how[1], how[2]);
    }

    private String line(HttpResponse<String> answer) {
        String id = header(answer, "x-litellm-call-id");
        return await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(5)).until(() -> log.lines().stream()
                .filter(line -> line.contains(id)).findFirst().orElse(""), line -> !line.isEmpty());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static boolean hit(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        return header(answer, "x-litellm-cache-hit").equals("True");
    }

    @Test
    void theSameRequestIsAskedOnceAndTheSameAnswerComesAgain() {
        int before = upstream.posts().size();
        Scrape counted = Scrape.of(gateway.get("/metrics").body());
        HttpResponse<String> first = ask(CHAT, chat(""));
        HttpResponse<String> second = ask(CHAT, chat(""));
        assertFalse(hit(first));
        assertTrue(hit(second));
        assertEquals(first.body(), second.body());
        assertEquals(before + 1, upstream.posts().size());
        assertEquals(header(first, "x-litellm-cache-key"), header(second, "x-litellm-cache-key"));
        assertTrue(header(second, "x-litellm-cache-key").matches("[0-9a-f]{64}"));
        assertTrue(header(second, "Age").matches("\\d+"));
        assertEquals("0", header(second, "x-litellm-response-cost"));
        assertEquals("2", header(first, "x-litellm-response-cost"));
        assertEquals("application/json", header(second, "Content-Type"));
        assertTrue(line(first).contains("\"cache\":\"miss\"") && line(first).contains("\"cost\":2"), line(first));
        assertTrue(line(second).contains("\"cache\":\"hit\"") && line(second).contains("\"cost\":0"), line(second));
        assertFalse(line(second).contains("tokens"), line(second));
        await().untilAsserted(() -> {
            Scrape now = Scrape.of(gateway.get("/metrics").body());
            for (String name : List.of("hits", "misses", "stores")) {
                String series = "dromedary_cache_" + name + "_total";
                assertEquals(counted.sum(series) + 1, now.sum(series), name);
            }
            assertTrue(now.sum("dromedary_cache_entries") > 0 && now.sum("dromedary_cache_bytes") > 200);
            assertEquals(now.sum("dromedary_cache_hits_total"), now.sum("litellm_cache_hits_metric_total"));
        });
        String row = gateway.get("/ui/api/requests/" + header(second, "x-litellm-call-id")).body();
        assertTrue(row.contains("\"cached\":true"), row);
        assertTrue(gateway.get("/health/readiness").body().contains("\"cache\":\"local\""));
    }

    @Test
    void whiteSpaceAndTheOrderOfFieldsMakeNoOtherRequest() {
        ask(CHAT, chat("\"temperature\":0.5,\"response_format\":{\"type\":\"text\",\"a\":[1,{\"b\":2,\"c\":3}]}"));
        String other = "{ \"response_format\" : {\"a\":[ 1,\n"
                + "{\"c\":3,\"b\":2} ],\"type\":\"text\"},\"temperature\":0.5,"
                + "\"messages\":[{\"content\":\"" + prompt + "\",\"role\":\"user\"}],\"model\":\"only\"}";
        assertTrue(hit(ask(CHAT, other)));
    }

    static Stream<String> otherFields() {
        return Stream.of("\"temperature\":0.4", "\"temperature\":0.50", "\"temperature\":null", "\"top_p\":0.5",
                "\"max_tokens\":6", "\"max_completion_tokens\":5", "\"stop\":[\"b\"]", "\"stop\":\"a\"",
                "\"n\":2", "\"seed\":1", "\"seed\":1.0", "\"presence_penalty\":1", "\"frequency_penalty\":1",
                "\"logit_bias\":{\"5\":1}", "\"logprobs\":true", "\"top_logprobs\":2", "\"stream\":true",
                "\"stream\":false", "\"stream_options\":{\"include_usage\":true}", "\"reasoning_effort\":\"low\"",
                "\"response_format\":{\"type\":\"json_object\"}", "\"service_tier\":\"flex\"",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":1}}}]",
                "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{\"a\":2}}}]",
                "\"tool_choice\":\"none\"", "\"parallel_tool_calls\":false", "\"verbosity\":\"low\"",
                "\"modalities\":[\"text\"]", "\"prediction\":{\"type\":\"content\",\"content\":\"x\"}",
                "\"web_search_options\":{}", "\"top_k\":3", "\"min_p\":0.1", "\"grammar\":\"root\"",
                "\"chat_template_kwargs\":{\"enable_thinking\":true}",
                "\"chat_template_kwargs\":{\"enable_thinking\":false}", "\"a_field_of_tomorrow\":1",
                "\"additional_drop_params\":[\"top_k\"]", "\"extra_body\":{\"top_k\":4}", "\"store\":false");
    }

    @ParameterizedTest
    @MethodSource("otherFields")
    void eachFieldOfABodyMakesAnotherRequest(String field) {
        ask(CHAT, chat(""));
        HttpResponse<String> other = ask(CHAT, chat(field));
        assertFalse(hit(other), field);
        assertTrue(hit(ask(CHAT, chat(field))), "and it is one that is kept: " + field);
    }

    @Test
    void anotherModelMessageOrEndpointIsAnotherRequest() {
        String first = header(ask(CHAT, chat("")), "x-litellm-cache-key");
        for (String body : List.of(chat("").replace("only", "other"), chat("").replace("\"user\"", "\"system\""),
                chat("").replace(prompt, prompt + " "))) {
            assertNotEquals(first, header(ask(CHAT, body), "x-litellm-cache-key"), body);
        }
        String text = "{\"model\":\"only\",\"prompt\":\"" + prompt + "\",\"messages\":[{\"role\":\"user\","
                + "\"content\":\"" + prompt + "\"}],\"input\":\"x\"}";
        assertNotEquals(header(ask(CHAT, text), "x-litellm-cache-key"),
                header(ask("/v1/completions", text), "x-litellm-cache-key"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"user\":\"u1\"", "\"safety_identifier\":\"s\"", "\"metadata\":{\"trace\":\"1\"}",
        "\"prompt_cache_key\":\"k\"", "\"tags\":[\"a\"]", "\"litellm_session_id\":\"1\"", "\"num_retries\":1",
        "\"timeout\":20", "\"fallbacks\":[\"other\"]", "\"cache\":{}"})
    void aFieldThatChangesNoAnswerMakesNoOtherRequest(String field) {
        ask(CHAT, chat(""));
        assertTrue(hit(ask(CHAT, chat(field))), field);
    }

    @Test
    void aStreamComesAgainEventByEventWithUsageOnlyWhereItWasAsked() {
        upstream.does((request, line) -> {
            line.streamHead().event(Replies.role()).event(Replies.chunk("one")).event(Replies.chunk(" two"))
                    .event(Replies.finish());
            line.event(Replies.finish().replaceFirst("\"choices\":\\[.*", "\"choices\":[]" + USAGE));
            line.event("[DONE]").endOfChunks();
        });
        HttpResponse<String> first = ask(CHAT, chat("\"stream\":true"));
        HttpResponse<String> second = ask(CHAT, chat("\"stream\":true"));
        assertTrue(hit(second));
        assertEquals(first.body(), second.body());
        assertTrue(second.body().endsWith("data: [DONE]\n\n") && !second.body().contains("total_tokens"));
        assertEquals(header(first, "Content-Type"), header(second, "Content-Type"));
        assertEquals("no-cache", header(second, "Cache-Control"));
        String asked = "\"stream\":true,\"stream_options\":{\"include_usage\":true}";
        HttpResponse<String> third = ask(CHAT, chat(asked));
        assertFalse(hit(third));
        HttpResponse<String> fourth = ask(CHAT, chat(asked));
        assertTrue(hit(fourth) && fourth.body().contains("total_tokens"), fourth.body());
        assertEquals(third.body(), fourth.body());
        assertTrue(gateway.openai().chat().completions().createStreaming(
                com.openai.models.chat.completions.ChatCompletionCreateParams.builder().model("only")
                .addUserMessage(prompt).build()).stream().count() >= 4);
    }

    @Test
    void whatIsNoChatIsKeptToo() {
        upstream.does((request, line) -> line.json(200, request.path().endsWith("/embeddings")
                ? "{\"object\":\"list\",\"data\":[{\"index\":0,\"embedding\":[0.1]}],\"model\":\"up\"" + USAGE
                : request.path().endsWith("/rerank") ? "{\"results\":[{\"index\":0,\"relevance_score\":1}]}"
                : "{\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\"t\","
                + "\"finish_reason\":\"length\"}]" + USAGE));
        for (String path : List.of("/v1/embeddings", "/v1/completions", "/v1/rerank")) {
            String body = "{\"model\":\"only\",\"input\":[\"" + prompt + "\"],\"prompt\":\"" + prompt
                    + "\",\"query\":\"q\",\"documents\":[\"d\"]}";
            HttpResponse<String> first = ask(path, body);
            HttpResponse<String> second = ask(path, body);
            assertTrue(hit(second), path);
            assertEquals(first.body(), second.body());
        }
    }

    @Test
    void aRequestInADialectIsAskedEachTime() {
        int before = upstream.posts().size();
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = ask("/v1/messages", chat("\"max_tokens\":5"));
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("", header(answer, "x-litellm-cache-hit"));
            ask("/v1/responses", "{\"model\":\"only\",\"input\":\"" + prompt + "\"}");
        }
        assertEquals(before + 4, upstream.posts().size());
    }

    @Test
    void aRequestMayWantAFreshAnswerAndItIsKept() {
        upstream.says("first");
        ask(CHAT, chat(""));
        upstream.says("second");
        for (String[] how : new String[][] {{"\"cache\":{\"no-cache\":true}"}, {"", "Cache-Control", "no-cache"},
            {"", "Cache-Control", "private, max-age=0"}, {"\"cache\":{\"s-maxage\":0}"}}) {
            HttpResponse<String> fresh = askSo(how);
            assertTrue(!hit(fresh) && fresh.body().contains("second"), List.of(how) + fresh.body());
        }
        assertFalse(upstream.last().text().contains("cache"), upstream.last().text());
        assertTrue(hit(ask(CHAT, chat("\"cache\":{\"s-maxage\":500}"))));
        assertTrue(ask(CHAT, chat("")).body().contains("second"));
    }

    @Test
    void anAnswerThatIsNotToBeKeptIsNot() {
        for (String[] how : new String[][] {{"\"cache\":{\"no-store\":true}"}, {"", "Cache-Control", "No-Store"},
            {"\"store\":true"}}) {
            HttpResponse<String> answer = askSo(how);
            assertFalse(hit(answer), how[0]);
        }
        assertFalse(hit(ask(CHAT, chat(""))));
        assertTrue(hit(ask(CHAT, chat("\"cache\":{\"no-store\":true}"))), "what is kept already may be given");
        assertEquals("", header(ask(CHAT, chat(""), "Cache-Control", "no-store, no-cache"), "x-litellm-cache-hit"));
    }

    @Test
    void anAnswerIsKeptForItsTimeAndInItsNamespace() {
        ask(CHAT, chat("\"cache\":{\"ttl\":0.3}"));
        await().pollInSameThread().until(() -> !hit(gateway.post(CHAT, chat("\"cache\":{\"ttl\":0.3}"))));
        ask(CHAT, chat("\"cache\":{\"namespace\":\"a\"}"));
        assertFalse(hit(ask(CHAT, chat("\"cache\":{\"namespace\":\"b\"}"))));
        assertTrue(hit(ask(CHAT, chat("\"cache\":{\"namespace\":\"a\"}"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "[]", "{\"ttl\":\"x\"}", "{\"ttl\":-1}", "{\"no-cache\":\"yes\"}",
        "{\"namespace\":3}"})
    void whatIsAskedInAWrongFormIsRefused(String cache) {
        HttpResponse<String> answer = gateway.post(CHAT, chat("\"cache\":" + cache));
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("'cache"), answer.body());
    }

    @Test
    void usageCountsAnAnswerFromTheCacheAsARequestWithoutTokens() {
        Map<String, String> before = usage();
        ask(CHAT, chat(""));
        ask(CHAT, chat(""));
        Map<String, String> after = usage();
        assertEquals(Long.parseLong(before.get("requests")) + 2, Long.parseLong(after.get("requests")));
        assertEquals(Long.parseLong(before.get("prompt_tokens")) + 1, Long.parseLong(after.get("prompt_tokens")));
    }

    private Map<String, String> usage() {
        String told = gateway.get("/usage").body();
        String model = told.substring(told.indexOf("\"only\""));
        return Map.of("requests", number(model, "requests"), "prompt_tokens", number(model, "prompt_tokens"));
    }

    private static String number(String json, String name) {
        return json.replaceFirst("(?s).*?\"" + name + "\":(\\d+).*", "$1");
    }
}
