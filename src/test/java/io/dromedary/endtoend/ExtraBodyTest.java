package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What is added to a body: a client's extra_body, variables in the configuration's parameters, asking for usage. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class ExtraBodyTest {

    private static final String MESSAGES = "\"messages\":[{\"role\":\"user\"}]";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream().says("x");
    private final RunningGateway gateway = fixture.closing(RunningGateway.with("""
            model_list:
              - model_name: plain
                litellm_params: {model: openai/up, api_base: '%1$s'}
              - model_name: tuned
                litellm_params:
                  model: openai/up
                  api_base: '%1$s'
                  chat_template_kwargs: {enable_thinking: os.environ/THINK, style: {name: os.environ/STYLE}}
                  stop: [os.environ/STYLE, [{word: os.environ/STYLE}], 7]
                  extra_body: {provider: {order: [os.environ/STYLE]}, top_k: 5}
              - model_name: optioned
                litellm_params: {model: openai/up, api_base: '%1$s', stream_options: {a: 1}}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY, always_include_stream_usage: true}
            """.formatted(upstream.baseUrl()), Map.of(), Map.of(),
            Map.of("THINK", "False", "STYLE", "plain \"text\"")));

    private HttpResponse<String> ask(String body) {
        return gateway.post("/v1/chat/completions", body);
    }

    private void assertSent(String body) {
        assertEquals(body, upstream.last().text());
    }

    @Test
    void aClientsExtraBodyIsUnpackedOverItsOwnFields() {
        ask("{ " + MESSAGES + " , \"extra_body\" : {\"top_k\": 5.0, \"temperature\":0, \"nested\":{\"a\":[1, 2]}},"
                + "\"temperature\":1, \"model\":\"plain\"}");
        assertSent("{ " + MESSAGES + ",\"temperature\":0, \"model\":\"up\",\"top_k\":5.0,\"nested\":{\"a\":[1, 2]}}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}"})
    void anEmptyOneIsTakenOut(String empty) {
        ask("{\"model\":\"plain\",\"extra_body\":" + empty + "," + MESSAGES + "}");
        assertSent("{\"model\":\"up\"," + MESSAGES + "}");
    }

    @Test
    void whatTheConfigurationSetsWinsOverIt() {
        ask("{\"model\":\"tuned\",\"extra_body\":{\"top_k\":9}," + MESSAGES + "}");
        assertTrue(upstream.last().text().contains("\"top_k\":5"), upstream.last().text());
    }

    @Test
    void itSteersAsFieldsBesideItDo() {
        HttpResponse<String> answer = ask("{\"model\":\"plain\",\"seed\":1," + MESSAGES
                + ",\"extra_body\":{\"additional_drop_params\":[\"seed\"],\"tags\":[\"a\"],\"model\":\"optioned\"}}");
        assertSent("{\"model\":\"up\"," + MESSAGES + ",\"stream_options\":{\"a\":1}}");
        assertEquals("optioned", answer.headers().firstValue("x-litellm-model-group").orElse(""));
    }

    @Test
    void aFallbacksOwnIsUnpackedToo() {
        upstream.does((request, line) -> line.json(request.text().contains("top_k") ? 200 : 503, Replies.chat("x")));
        ask("{\"model\":\"plain\",\"fallbacks\":[{\"model\":\"tuned\",\"extra_body\":{\"min_p\":3}}]," + MESSAGES
                + "}");
        upstream.says("x");
        assertTrue(upstream.last().text().contains(",\"min_p\":3"), upstream.last().text());
        assertTrue(!upstream.last().text().contains("extra_body"), upstream.last().text());
        HttpResponse<String> answer = ask("{\"model\":\"plain\"," + MESSAGES
                + ",\"fallbacks\":[{\"model\":\"plain\",\"extra_body\":{\"api_base\":\"http://127.0.0.1:1\"}}]}");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("A fallback may not override 'api_base'"), answer.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "[]                               | must be an object",
        "\"x\"                            | must be an object",
        "{\"a\":1,\"a\":2}                | must have each of its fields once",
        "{\"extra_body\":{}}              | must not hold another one",
        "{\"\\ud800\":1}                  | The body is not valid JSON in UTF-8",
        "{\"api_key\":\"k\"}              | The parameter 'api_key' is not accepted",
        "{\"api_base\":\"http://x\"}      | The parameter 'api_base' is not accepted",
        "{\"stream\":\"yes\"}             | 'stream' must be true or false"})
    void whatAClientMayNotSendItMayNotHideThere(String extra, String said) {
        int before = upstream.posts().size();
        HttpResponse<String> answer = ask("{\"model\":\"plain\"," + MESSAGES + ",\"extra_body\":" + extra + "}");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains(said), answer.body());
        assertEquals(before, upstream.posts().size());
    }

    @Test
    void variablesAreResolvedHoweverDeepTheyStandInParameters() {
        ask("{\"model\":\"tuned\"," + MESSAGES + "}");
        assertSent("{\"model\":\"up\"," + MESSAGES
                + ",\"chat_template_kwargs\":{\"enable_thinking\":false,\"style\":{\"name\":\"plain \\\"text\\\"\"}},"
                + "\"stop\":[\"plain \\\"text\\\"\",[{\"word\":\"plain \\\"text\\\"\"}],7],"
                + "\"provider\":{\"order\":[\"plain \\\"text\\\"\"]},\"top_k\":5}");
    }

    @Test
    void whatAVariableHasBroughtInIsNotTold() {
        upstream.does((request, line) ->
                line.json(400, Replies.error("no provider 'plain \\\"text\\\"' here", "invalid_request_error", "x")));
        HttpResponse<String> answer = ask("{\"model\":\"tuned\"," + MESSAGES + "}");
        upstream.says("x");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("no provider '***' here"), answer.body());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "plain    |                                           | ,\"stream_options\":{\"include_usage\":true}",
        "plain    | ,\"stream_options\":null                  | ,\"stream_options\":{\"include_usage\":true}",
        "plain    | ,\"stream_options\":{ \"x\":1 }           | ,\"stream_options\":{ \"x\":1,\"include_usage\":true }",
        "plain    | ,\"stream_options\":{\"include_usage\":false} | ,\"stream_options\":{\"include_usage\":false}",
        "plain    | ,\"stream_options\":7                     | ,\"stream_options\":7",
        "optioned |                                           | ,\"stream_options\":{\"a\":1,\"include_usage\":true}"})
    void aStreamIsAskedForItsUsageUnlessTheClientHasSaidSo(String model, String sent, String upstreams) {
        String body = "{\"model\":\"%s\",\"stream\":true," + MESSAGES + "%s}";
        ask(body.formatted(model, sent == null ? "" : sent));
        assertSent(body.formatted("up", upstreams));
    }

    @Test
    void aPlainAnswerIsNotAskedForIt() {
        ask("{\"model\":\"plain\"," + MESSAGES + "}");
        assertSent("{\"model\":\"up\"," + MESSAGES + "}");
    }
}
