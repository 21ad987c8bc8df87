package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.upstream.UpstreamCodes;
import io.dromedary.upstream.UpstreamPhrases;
import io.dromedary.upstream.UpstreamPhrases.Phrase;

/** Each row of the tables of what upstreams say does what it means, on the running gateway. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class UpstreamPhrasesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream()
            .does((request, line) -> line.json(200, Replies.chat("from the cloud")));
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - {model_name: local, litellm_params: {model: openai/up, api_base: '%1$s'}}
              - {model_name: alone, litellm_params: {model: openai/up2, api_base: '%1$s'}}
              - model_name: secretive
                litellm_params:
                  model: openai/up3
                  api_base: '%1$s'
                  api_key: x
                  extra_headers: {x-team: context, x-secret: my-long-secret}
              - {model_name: cloud, litellm_params: {model: openai/cloud, api_base: '%2$s'}}
            litellm_settings: {num_retries: 0, drop_params: true, fallbacks: [{local: [cloud]}]}
            router_settings: {disable_cooldowns: true}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), cloud.baseUrl()));

    private static String error(String message, String code) throws Exception {
        return JSON.writeValueAsString(
                Map.of("error", code == null ? Map.of("message", message) : Map.of("message", message, "code", code)));
    }

    private HttpResponse<String> ask(String model, String fields) {
        return gateway.post("/v1/chat/completions",
                RunningGateway.chat(model, false).replace("\"stream\"", fields + "\"stream\""));
    }

    static Stream<Phrase> phrases() {
        return UpstreamPhrases.all().stream();
    }

    @ParameterizedTest
    @MethodSource("phrases")
    void eachPhraseDoesWhatItMeans(Phrase phrase) throws Exception {
        String said = error("Sorry: " + phrase.text().toUpperCase(Locale.ROOT) + " today", null);
        int status = phrase.status() == 0 ? 400 : phrase.status();
        local.does((request, line) -> line.json(status, said));
        int toCloud = cloud.posts().size();
        switch (phrase.meaning()) {
            case TOO_LONG -> {
                HttpResponse<String> answer = ask("local", "");
                assertTrue(answer.body().contains("\"code\":\"context_length_exceeded\""), answer.body());
                assertEquals(toCloud, cloud.posts().size());
            }
            case REFUSED_BY_POLICY -> {
                local.does((request, line) -> line.json(403, said));
                HttpResponse<String> answer = ask("local", "");
                assertEquals(403, answer.statusCode());
                assertTrue(answer.body().contains("\"code\":\"content_policy_violation\""), answer.body());
                assertEquals(toCloud, cloud.posts().size());
            }
            case OVER_ALLOWANCE, INCAPABLE, NO_IMAGES, NO_AUDIO, TEXT_ONLY, NO_TOOLS, NO_SCHEMA,
                    MODEL_UNKNOWN -> assertTrue(ask("local", "").body().contains("from the cloud"));
            case USER_LIMITED -> {
                local.does((request, line) -> line.json(429, said, "Retry-After: 600"));
                for (int i = 0; i < 2; i++) {
                    assertTrue(ask("local", "").body().contains("from the cloud"));
                }
            }
            case KEY_REFUSED, PAYMENT_REQUIRED, NOT_PERMITTED -> {
                assertTrue(ask("local", "").body().contains("from the cloud"));
                HttpResponse<String> answer = ask("alone", "");
                assertEquals(phrase.meaning() == UpstreamPhrases.Meaning.KEY_REFUSED ? 401
                        : phrase.meaning() == UpstreamPhrases.Meaning.PAYMENT_REQUIRED ? 402 : 403,
                        answer.statusCode());
                assertFalse(answer.body().contains("Sorry"), "the operator's matter, not the client's");
            }
            case RATE_LIMITED, OVERLOADED -> {
                local.does((request, line) -> line.json(200, said));
                assertEquals(phrase.meaning() == UpstreamPhrases.Meaning.OVERLOADED ? 503 : 429,
                        ask("alone", "").statusCode());
            }
            default -> parameter(phrase);
        }
    }

    private void parameter(Phrase phrase) throws Exception {
        String name = "zz_" + UpstreamPhrases.all().indexOf(phrase);
        boolean unsupported = phrase.meaning() != UpstreamPhrases.Meaning.VALUE_WRONG;
        String said = error(unsupported ? phrase.text() + " '" + name + "'" : "Unsupported: '" + name + "' "
                + phrase.text() + " 5", null);
        local.does((request, line) -> {
            if (request.text().contains(name)) {
                line.json(400, said);
            } else {
                line.json(200, Replies.chat("without it"));
            }
        });
        assertEquals(unsupported ? 200 : 400, ask("alone", "\"" + name + "\":1,").statusCode(), said);
    }

    static Stream<Map.Entry<String, Integer>> codes() {
        return UpstreamCodes.all().entrySet().stream();
    }

    @ParameterizedTest
    @MethodSource("codes")
    void eachCodeUnderA200HasItsStatus(Map.Entry<String, Integer> code) throws Exception {
        String said = error("no", code.getKey());
        local.does((request, line) -> line.json(200, said));
        assertEquals(code.getValue(), ask("alone", "").statusCode(), code.getKey());
        local.does((request, line) -> line.streamHead().event(said).endOfChunks());
        assertEquals(code.getValue(),
                gateway.post("/v1/chat/completions", RunningGateway.chat("alone", true)).statusCode(), code.getKey());
    }

    @Test
    void aStatusMayBeANumberInATextOrStandBesideTheError() {
        for (String said : new String[] {"{\"error\":{\"message\":\"no\",\"code\":\"429\"}}",
                "{\"error\":\"no\",\"status_code\":429}",
            "{\"error\":{\"message\":\"no\",\"status\":\"RESOURCE_EXHAUSTED\"}}",
            "{\"error\":{\"message\":\"no\",\"code\":429}}"}) {
            local.does((request, line) -> line.json(200, said));
            assertEquals(429, ask("alone", "").statusCode(), said);
        }
    }

    @Test
    void theReasonsOfAFlaggedPromptReachTheClient() {
        local.does((request, line) -> line.json(403, "{\"error\":{\"message\":\"Not accepted\",\"code\":403,"
                + "\"metadata\":{\"reasons\":[\"violence\",\"harassment\"]}}}"));
        HttpResponse<String> answer = ask("local", "");
        assertEquals(403, answer.statusCode());
        assertTrue(answer.body().contains("violence, harassment"), answer.body());
    }

    @Test
    void whatNoDeploymentCanDoIsTheClientsOwnAnswerInTheUpstreamsWords() {
        local.does((request, line) -> line.json(404,
                "{\"error\":{\"message\":\"No endpoints found that support image input\",\"code\":404}}"));
        HttpResponse<String> answer = ask("alone", "");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("\"message\":\"No endpoints found that support image input\""),
                answer.body());
    }

    @Test
    void shortSecretsDoNotMakeAnErrorUnreadableAndLongOnesAreBlottedOut() throws Exception {
        String said = error("The input exceeds the context length, says my-long-secret at 127.0.0.1:" + local.port(),
                null);
        local.does((request, line) -> line.json(400, said));
        HttpResponse<String> answer = ask("secretive", "");
        assertTrue(answer.body().contains("context_length_exceeded"), answer.body());
        assertTrue(answer.body().contains("The input exceeds the context length, says *** at upstream"), answer.body());
        assertFalse(answer.body().contains("my-long-secret"));
    }
}
