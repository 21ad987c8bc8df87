package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** More of anything than a request may have is a 400 that says what and how much; as much as it may have is served. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class RequestLimitsTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("gateway.memory.bytes", "300000000"));

    @AfterEach
    void theNextRequestIsServed() {
        upstream.received().clear();
        upstream.does((request, line) -> line.json(200, Replies.chat("hello")));
        assertEquals(200, chat("\"n\":1").statusCode());
        upstream.received().clear();
    }

    private HttpResponse<String> chat(String fields) {
        return gateway.post("/v1/chat/completions", "{\"model\":\"only\"," + fields + "," + MESSAGES + "}");
    }

    private static String repeated(int count, String piece) {
        return IntStream.range(0, count).mapToObj(i -> piece.replace("#", String.valueOf(i)))
                .collect(Collectors.joining(","));
    }

    private void assertRefused(HttpResponse<String> answer, String code, String param, String message)
            throws Exception {
        assertEquals(400, answer.statusCode(), answer.body());
        JsonNode error = new ObjectMapper().readTree(answer.body()).get("error");
        assertEquals(code, error.get("code").asText(), answer.body());
        assertEquals(param, error.get("param").asText(null));
        assertEquals(message, error.get("message").asText());
        assertTrue(upstream.posts().isEmpty(), "it went upstream");
    }

    record Case(String fields, String code, String param, String message) {
    }

    static Stream<Case> tooMuch() {
        return Stream.of(
                new Case(repeated(999, "\"f#\":1"), "request_beyond_limit", null,
                "The body cannot be taken: it has more than 1000 fields"),
                new Case(repeated(400_000, "\"f#\":1"), "request_beyond_limit", null,
                "The body cannot be taken: it has more than 1000 fields"),
                new Case("\"" + "n".repeat(513) + "\":1", "request_beyond_limit", null,
                "The body cannot be taken: a field's name has more than 512 bytes"),
                new Case("\"a\":{\"" + "n".repeat(50_001) + "\":1}", "request_beyond_limit", null,
                "The body cannot be taken: a field's name has more than 50000 bytes"),
                new Case("\"a\":" + "[".repeat(1000) + "]".repeat(1000), "request_beyond_limit", null,
                "The body cannot be taken: it is nested more than 1000 levels deep"),
                new Case("\"a\":" + "1".repeat(1001), "request_beyond_limit", null,
                "The body cannot be taken: a number has more than 1000 digits"),
                new Case("\"extra_body\":{" + repeated(1001, "\"f#\":1") + "}", "request_beyond_limit", "extra_body",
                "'extra_body' cannot be taken: it has more than 1000 fields"),
                new Case("\"extra_body\":{" + repeated(999, "\"f#\":1") + "}", "request_beyond_limit", null,
                "The body cannot be taken: it has more than 1000 fields"),
                new Case("\"n\":129", "integer_above_max_value", "n", "'n' must be at most 128"),
                new Case("\"stream\":true,\"n\":2000000000", "integer_above_max_value", "n", "'n' must be at most 128"),
                new Case("\"n\":2e9", "integer_above_max_value", "n", "'n' must be at most 128"),
                new Case("\"n\":128.5", "integer_above_max_value", "n", "'n' must be at most 128"),
                new Case("\"stream\":true,\"n\":1E+99999999999", "integer_above_max_value", "n",
                "'n' must be at most 128"),
                new Case("\"n\":" + "9".repeat(900), "integer_above_max_value", "n", "'n' must be at most 128"),
                new Case("\"fallbacks\":[" + repeated(101, "\"only\"") + "]", "array_above_max_length", "fallbacks",
                "'fallbacks' may name 100 at most"),
                new Case("\"fallbacks\":[{" + repeated(51, "\"m#\":[\"only\",\"only\"]") + "}]",
                "array_above_max_length", "fallbacks", "'fallbacks' may name 100 at most"),
                new Case("\"content_policy_fallbacks\":[{" + repeated(51, "\"m#\":[\"only\"]") + "}]",
                "array_above_max_length", "content_policy_fallbacks",
                "'content_policy_fallbacks' may name 100 at most"),
                new Case("\"additional_drop_params\":[" + repeated(101, "\"p#\"") + "]", "array_above_max_length",
                "additional_drop_params", "'additional_drop_params' may name 100 at most"),
                new Case("\"fallbacks\":[{" + repeated(4000, "\"m#\":[]") + "}]", "request_beyond_limit", "fallbacks",
                "'fallbacks' cannot be taken: it has more than 10000 values"),
                new Case("\"num_retries\":\"" + "1".repeat(70_000) + "\"", "request_beyond_limit", "num_retries",
                "'num_retries' has more than 65536 bytes"),
                new Case("\"fallbacks\":[" + repeated(2_000_000, "\"only\"") + "]", "request_beyond_limit",
                "fallbacks", "'fallbacks' has more than 65536 bytes"));
    }

    @ParameterizedTest
    @MethodSource("tooMuch")
    void moreThanARequestMayHaveIsRefusedAndSaysWhy(Case refused) throws Exception {
        assertRefused(chat(refused.fields()), refused.code(), refused.param(), refused.message());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/rerank",
        "/v1/moderations"})
    void eachEndpointHasTheBounds(String path) throws Exception {
        String needed = MESSAGES + ",\"prompt\":\"a\",\"input\":\"a\",\"query\":\"a\",\"documents\":[\"a\"]";
        assertRefused(gateway.post(path, "{\"model\":\"only\"," + needed + "," + repeated(1000, "\"f#\":1") + "}"),
                "request_beyond_limit", null, "The body cannot be taken: it has more than 1000 fields");
        assertRefused(gateway.post(path, "{\"model\":\"" + "m".repeat(5_000_000) + "\"," + needed + "}"),
                "string_above_max_length", "model", "'model' has more than 512 bytes");
    }

    @Test
    void asMuchAsARequestMayHaveIsServed() {
        assertEquals(200, chat(repeated(998, "\"f#\":1")).statusCode());
        assertEquals(200, chat("\"n\":128,\"" + "n".repeat(512) + "\":" + "1".repeat(1000)).statusCode());
        assertEquals(200, chat("\"fallbacks\":[" + repeated(100, "\"only\"") + "],\"additional_drop_params\":["
                + repeated(100, "\"p#\"") + "]").statusCode());
        assertEquals(200, chat("\"metadata\":{" + repeated(500_000, "\"k#\":\"v\"") + "}").statusCode());
        assertEquals(200, chat("\"n\":null,\"a\":\"" + "x".repeat(5_000_000) + "\"").statusCode());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"\"n\":-5", "\"n\":-2e9", "\"n\":1.5", "\"n\":\"5\"", "\"n\":[]"})
    void whatIsNoNumberOfChoicesIsForTheUpstreamToRefuse(String n) {
        assertEquals(200, chat(n).statusCode());
        assertTrue(upstream.last().text().contains(n), upstream.last().text());
    }
}
