package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A body goes upstream byte for byte, but for what the configuration says; each removal is told. */
@Timeout(60)
class RequestBodyTest {

    private static final List<String> STEERING = List.of("fallbacks\":[]", "context_window_fallbacks\":[{}]",
            "content_policy_fallbacks\":null", "disable_fallbacks\":true", "num_retries\":0", "timeout\":9.5",
            "stream_timeout\":9", "cooldown_time\":1", "additional_drop_params\":[\"nothing\"]",
            "cache\":{\"no-cache\":true}");
    private static final List<String> WITHOUT_MEANING = List.of("max_retries", "tags", "caching", "ttl",
            "guardrails", "headers", "extra_headers", "no-log", "prompt_id", "prompt_variables", "litellm_metadata",
            "litellm_session_id");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: plain
                litellm_params: {model: openai/up, api_base: '%1$s'}
              - model_name: tuned
                litellm_params:
                  model: openai/up
                  api_base: '%1$s'
                  temperature: 0.25
                  chat_template_kwargs: {enable_thinking: false}
                  stop: ["a", "b"]
                  extra_body: {top_k: 5}
                  additional_drop_params: [seed]
              - model_name: strict
                litellm_params: {model: openai/up, api_base: '%1$s', drop_params: false}
            litellm_settings: {drop_params: true}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(upstream.baseUrl()));

    private HttpResponse<String> ask(String body) {
        return gateway.post("/v1/chat/completions", body);
    }

    private String sent() {
        return upstream.last().text();
    }

    private static String dropped(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-dromedary-dropped-params").orElse("");
    }

    @Test
    void nothingButTheModelsNameChangesWhiteSpaceAndOddNumbersIncluded() {
        ask("{ \"messages\" : [ { \"role\":\"user\", \"content\":\"h\\u00e9 ä 🙂 \\/\" } ] ,\n\t\"model\" :  \"plain\" "
                + ", \"seed\": 1.50e+2,"
                + "\"user\":\"me\",\"metadata\":{\"a\":null},\"unknown_field\":[1, 2] }\n");
        assertEquals("{ \"messages\" : [ { \"role\":\"user\", \"content\":\"h\\u00e9 ä 🙂 \\/\" } ] ,\n\t\"model\" :  "
                + "\"up\" , \"seed\": 1.50e+2,"
                + "\"user\":\"me\",\"metadata\":{\"a\":null},\"unknown_field\":[1, 2] }\n", sent());
    }

    @Test
    void aModelThatWasNotNamedIsAdded() {
        ask("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertEquals("{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"model\":\"up\"}", sent());
    }

    @Test
    void defaultParametersAreAddedWhereTheClientSentNoneAndExtraBodyAlways() {
        ask("{\"model\":\"tuned\",\"temperature\":1,\"top_k\":9,\"seed\":3,\"messages\":[{\"role\":\"user\"}]}");
        assertEquals("{\"model\":\"up\",\"temperature\":1,\"top_k\":5,\"messages\":[{\"role\":\"user\"}],"
                + "\"chat_template_kwargs\":{\"enable_thinking\":false},\"stop\":[\"a\",\"b\"]}", sent());
        ask("{\"messages\":[{\"role\":\"user\"}],\"model\":\"tuned\"}");
        assertTrue(sent().contains("\"temperature\":0.25"), sent());
    }

    @Test
    void whatTheConfigurationDropsIsTold() {
        assertEquals("seed", dropped(ask("{\"model\":\"tuned\",\"seed\":3,\"messages\":[{\"role\":\"user\"}]}")));
        assertEquals("", dropped(ask("{\"model\":\"tuned\",\"messages\":[{\"role\":\"user\"}]}")));
    }

    @ParameterizedTest
    @FieldSource("STEERING")
    void steeringFieldsAreTakenOutWithoutAWord(String field) {
        HttpResponse<String> answer = ask("{\"" + field + ",\"model\":\"plain\",\"messages\":[{\"role\":\"user\"}]}");
        assertEquals("{\"model\":\"up\",\"messages\":[{\"role\":\"user\"}]}", sent());
        assertEquals("", dropped(answer));
    }

    @ParameterizedTest
    @FieldSource("WITHOUT_MEANING")
    void fieldsWithoutAMeaningHereAreTakenOutAndTold(String field) {
        HttpResponse<String> answer =
                ask("{\"model\":\"plain\",\"messages\":[{\"role\":\"user\"}], \"" + field + "\":{} }");
        assertEquals("{\"model\":\"up\",\"messages\":[{\"role\":\"user\"}] }", sent());
        assertEquals(field, dropped(answer));
    }

    /** One list for both places: no fallback is asked with what no upstream should see. */
    @Test
    void whatIsTakenOutAtTheTopIsTakenOutOfAFallbackToo() {
        upstream.does((request, line) -> {
            if (request.text().contains("\"seed\":7")) {
                line.json(200, Replies.chat("from the fallback"));
            } else {
                line.json(503, "{}");
            }
        });
        for (List<String> fields : List.of(STEERING, WITHOUT_MEANING.stream().map(name -> name + "\":{}").toList())) {
            HttpResponse<String> answer = ask("{\"model\":\"plain\",\"messages\":[{\"role\":\"user\"}],\"fallbacks\":"
                    + "[{\"model\":\"strict\",\"" + String.join(",\"", fields) + ",\"seed\":7}]}");
            assertEquals(200, answer.statusCode(), answer.body());
            assertEquals("{\"model\":\"up\",\"messages\":[{\"role\":\"user\"}],\"seed\":7}", sent());
            assertEquals(fields.stream().map(field -> "fallbacks." + field.replaceAll("\".*", ""))
                    .collect(Collectors.joining(", ")), dropped(answer));
        }
    }

    @Test
    void aFieldsNameCannotBreakAHeader() {
        HttpResponse<String> answer =
                ask("{\"model\":\"plain\",\"messages\":[{\"role\":\"user\"}],\"litellm_a\\r\\nx-evil: 1\":1}");
        assertEquals(200, answer.statusCode());
        assertTrue(answer.headers().firstValue("x-evil").isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "400|{\"error\":{\"message\":\"Unsupported parameter: 'reasoning_effort' is not supported with this "
                + "model.\",\"type\":\"invalid_request_error\",\"param\":\"reasoning_effort\","
                + "\"code\":\"unsupported_parameter\"}}",
        "400|{\"error\":{\"message\":\"Unknown parameter: reasoning_effort\",\"code\":400}}",
        "422|{\"detail\":[{\"type\":\"extra_forbidden\",\"loc\":[\"body\",\"reasoning_effort\"],\"msg\":\"Extra "
        + "inputs are not permitted\"}]}",
        "400|{\"object\":\"error\",\"message\":\"reasoning_effort: Extra inputs are not permitted\",\"code\":400}"})
    void aParameterThatTheUpstreamDoesNotSupportIsLeftOutOnceAndRemembered(int status, String error) {
        upstream.does((request, line) -> {
            if (request.text().contains("reasoning_effort")) {
                line.json(status, error);
            } else {
                line.json(200, Replies.chat("ok"));
            }
        });
        String body = "{\"model\":\"plain\",\"reasoning_effort\":\"low\",\"messages\":[{\"role\":\"user\"}]}";
        HttpResponse<String> answer = ask(body);
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("reasoning_effort", dropped(answer));
        assertEquals("1", answer.headers().firstValue("x-dromedary-attempts").orElse(""));
        assertEquals(2, upstream.received().size());
        HttpResponse<String> again = ask(body);
        assertEquals(200, again.statusCode());
        assertEquals("reasoning_effort", dropped(again));
        assertEquals(3, upstream.received().size(), "it is not found out twice");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "temperature must be less than or equal to 2|temperature",
        "Unsupported value: 'temperature' does not support 3 with this model.|temperature",
        "Unknown parameter: 'tools'|tools",
        "Unknown parameter: 'response_format'|response_format",
        "The messages are not supported|temperature"})
    void aWrongValueAndWhatMakesTheRequestIsNeverDropped(String message, String field) {
        upstream.does((request, line) -> line.json(400, Replies.error(message, "invalid_request_error", "x")));
        HttpResponse<String> answer =
                ask("{\"model\":\"plain\",\"" + field + "\":3,\"messages\":[{\"role\":\"user\"}]}");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains(message.substring(0, 10)), answer.body());
        assertEquals(1, upstream.received().size());
    }

    @Test
    void aSecondRefusalIsTheClientsAnswer() {
        upstream.does((request, line) -> line.json(400,
                Replies.error(request.text().contains("top_k") ? "Unknown parameter: 'top_k'"
                : "Unknown parameter: 'min_p'",
                        "invalid_request_error", "x")));
        HttpResponse<String> answer =
                ask("{\"model\":\"plain\",\"top_k\":3,\"min_p\":1,\"messages\":[{\"role\":\"user\"}]}");
        assertEquals(400, answer.statusCode());
        assertEquals(2, upstream.received().size());
    }

    @Test
    void aDefaultParameterOfTheConfigurationIsLeftOutTooWhenItIsNotSupported() {
        upstream.does((request, line) -> {
            if (request.text().contains("chat_template_kwargs")) {
                line.json(400, Replies.error("Unrecognized request argument supplied: chat_template_kwargs",
                        "invalid_request_error", "x"));
            } else {
                line.json(200, Replies.chat("ok"));
            }
        });
        String body = "{\"model\":\"tuned\",\"messages\":[{\"role\":\"user\"}]}";
        assertEquals("chat_template_kwargs", dropped(ask(body)));
        assertEquals("chat_template_kwargs", dropped(ask(body)));
        assertEquals(3, upstream.received().size());
    }

    @Test
    void aClientMayNameParametersThatAreNotToBeSent() {
        HttpResponse<String> answer =
                ask("{\"model\":\"plain\",\"seed\":1,\"additional_drop_params\":[\"seed\"],"
                + "\"messages\":[{\"role\":\"user\"}]}");
        assertEquals("{\"model\":\"up\",\"messages\":[{\"role\":\"user\"}]}", sent());
        assertEquals("seed", dropped(answer));
    }

    @Test
    void withoutDropParamsTheRefusalIsTheClientsAnswerAtOnce() {
        upstream.does((request, line) ->
                line.json(400, Replies.error("Unknown parameter: 'top_k'", "invalid_request_error", "x")));
        assertEquals(400, ask("{\"model\":\"strict\",\"top_k\":3,\"messages\":[{\"role\":\"user\"}]}").statusCode());
        assertEquals(1, upstream.received().size());
    }

    @Test
    void whatAStepOfARouteAuthorsLeavesIsSentAndEndsWithItsAttempt() {
        String step = """
                        - choice:
                            when:
                              - simple: "${exchangeProperty.attempt.deployment.id} == 'one'"
                                steps:
                                  - setBody: {constant: '{"model":"x","changed":true,"messages":[{"role":"user"}]}'}
                """.replaceAll("(?m)^ {8}", "");
        String breaker = "        - circuitBreaker:\n";
        String deployment = Routes.read("deployment.camel.yaml").replace(breaker, step.indent(8) + breaker);
        try (FakeUpstream second = FakeUpstream.start();
                RunningGateway other = RunningGateway.with("""
                        model_list:
                          - model_name: a
                            litellm_params: {model: openai/first, api_base: '%s'}
                            model_info: {id: one}
                          - model_name: b
                            litellm_params: {model: openai/second, api_base: '%s'}
                            model_info: {id: two}
                        litellm_settings: {fallbacks: [{a: [b]}]}
                        general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                        """.formatted(upstream.baseUrl(), second.baseUrl()), Map.of(),
                        Map.of("deployment.camel.yaml", deployment))) {
            upstream.does((request, line) -> line.json(503, "{}"));
            other.post("/v1/chat/completions",
                    "{\"model\":\"a\",\"messages\":[{\"role\":\"user\",\"content\":\"mine\"}]}");
            assertEquals("{\"model\":\"first\",\"changed\":true,\"messages\":[{\"role\":\"user\"}]}",
                    upstream.last().text());
            assertEquals("{\"model\":\"second\",\"messages\":[{\"role\":\"user\",\"content\":\"mine\"}]}",
                    second.last().text());
        }
    }
}
