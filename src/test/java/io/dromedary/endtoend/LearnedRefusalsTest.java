package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.upstream.UpstreamPhrases;
import io.dromedary.upstream.UpstreamPhrases.Phrase;

/** What an upstream has said that it cannot do is asked of others for a while; it stays there for all else. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class LearnedRefusalsTest {

    private static final String HINT = "image input is not supported - hint: if this is unexpected, you may need to "
            + "provide the mmproj";
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream().says("cloud");
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - {model_name: local, litellm_params: {model: openai/up, api_base: '%1$s'}, model_info: {id: local-id}}
              - {model_name: alone, litellm_params: {model: openai/up, api_base: '%1$s'}, model_info: {id: alone-id}}
              - {model_name: open, litellm_params: {model: openai/up, api_base: '%1$s'}, model_info: {id: open-id}}
              - {model_name: 'wild/*', litellm_params: {model: 'openai/*', api_base: '%1$s'}}
              - {model_name: 'many/*', litellm_params: {model: 'openai/*', api_base: '%1$s'}}
              - {model_name: 'phrase/*', litellm_params: {model: 'openai/*', api_base: '%1$s'}}
              - {model_name: cloud, litellm_params: {model: openai/cloud, api_base: '%2$s'}}
            litellm_settings: {num_retries: 0, default_fallbacks: [cloud]}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), cloud.baseUrl()));

    private HttpResponse<String> ask(String model, String... needs) {
        List<String> asked = List.of(needs);
        String parts = Stream.of("image_url", "input_audio").filter(asked::contains)
                .map(type -> ",{\"type\":\"" + type + "\"}").reduce("", String::concat);
        return gateway.post("/v1/chat/completions", "{\"model\":\"" + model + "\",\"messages\":[{\"role\":\"user\","
                + "\"content\":[{\"type\":\"text\",\"text\":\"hi\"}" + parts + "]}]"
                + (model.equals("alone") ? ",\"disable_fallbacks\":true" : "")
                + (asked.contains("tools") ? ",\"tools\":[{}]" : "")
                + (asked.contains("json_schema") ? ",\"response_format\":{\"type\":\"json_schema\"}" : "") + "}");
    }

    /** Refuses what holds {@code word}, and answers all else. */
    private void refuses(String word, int status, String message) {
        local.does((request, line) -> {
            if (request.text().contains(word)) {
                line.json(status, Replies.error(message, "server_error", "x"));
            } else {
                line.json(200, Replies.chat("local"));
            }
        });
    }

    private String health(String model) {
        return gateway.get("/health?model=" + model).body();
    }

    @Test
    void imagesToATextOnlyModelTurnItOffForImagesAndNotForTexts() {
        refuses("image_url", 500, HINT);
        int before = local.posts().size();
        for (int i = 0; i < 5; i++) {
            assertTrue(ask("local", "image_url").body().contains("cloud"));
        }
        assertEquals(before + 1, local.posts().size(), "only the first found out");
        assertTrue(ask("local").body().contains("local"));
        assertTrue(ask("local", "tools").body().contains("local"));
        assertTrue(health("local").contains("\"learned_refusals\":[\"images\"]"), health("local"));
    }

    @Test
    void oneThatIsAloneIsAskedAgainAndTheClientHasItsWords() {
        refuses("image_url", 500, HINT);
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> answer = ask("alone", "image_url");
            assertEquals(400, answer.statusCode());
            assertTrue(answer.body().contains("\"message\":\"" + HINT), answer.body());
        }
        assertTrue(health("alone").contains("learned_refusals"), health("alone"));
        local.does((request, line) -> line.json(200, Replies.chat("sees now")));
        assertTrue(ask("alone", "image_url").body().contains("sees now"));
        assertFalse(health("alone").contains("learned_refusals"), "an answer proves that it can");
    }

    @Test
    void aModelBehindAWildcardIsRememberedByItsName() {
        refuses("\"model\":\"blind\"", 500, HINT);
        int before = local.posts().size();
        for (int i = 0; i < 2; i++) {
            assertTrue(ask("wild/blind", "image_url").body().contains("cloud"));
        }
        assertTrue(ask("wild/sees", "image_url").body().contains("local"));
        assertTrue(health("wild/x").contains("\"learned_refusals\":[\"images (blind)\"]"), health("wild/x"));
        assertEquals(before + 2, local.posts().size());
    }

    @Test
    void whatLeavesOpenWhichNeedIsMeantIsNotRemembered() {
        refuses("image_url", 500, "This server does not support multimodal");
        assertTrue(ask("open", "image_url", "input_audio").body().contains("cloud"));
        assertFalse(health("open").contains("learned_refusals"), health("open"));
        assertTrue(ask("open", "image_url").body().contains("cloud"));
        assertTrue(health("open").contains("\"learned_refusals\":[\"images\"]"), "with one need it is clear");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "400 | Invalid value: 'does not support vision'. Supported values are: 'low', 'high'",
        "400 | Invalid value: 'it's x' does not support vision'. Supported values are: 'low'",
        "400 | Invalid value: \"does not support vision\"",
        "500 | unsupported content part type: foo", "400 | content must be a string"})
    void whatMayBeTheClientsOwnTextOrMistakeIsNotRemembered(int status, String message) {
        refuses("image_url", status, message);
        ask("local", "image_url");
        assertFalse(health("local").contains("learned_refusals"), health("local"));
    }

    @Test
    void whatIsLearnedIsBounded() {
        refuses("image_url", 500, HINT);
        for (int i = 0; i < 40; i++) {
            ask("many/name-" + i + "-", "image_url");
        }
        ask("many/" + "l".repeat(129), "image_url");
        String health = health("many/x");
        assertEquals(32, health.split("images \\(name-", -1).length - 1, health);
        assertTrue(health.contains("name-39-") && !health.contains("name-7-") && !health.contains("lll"), health);
    }

    static Stream<Phrase> phrases() {
        return UpstreamPhrases.all().stream().filter(phrase -> !phrase.meaning().refused().isEmpty())
                .filter(phrase -> phrase.text().chars().noneMatch(c -> "'`\"".indexOf(c) >= 0));
    }

    @ParameterizedTest
    @MethodSource("phrases")
    void eachPhraseThatNamesANeedIsRememberedForIt(Phrase phrase) {
        String need = switch (phrase.meaning()) {
            case NO_AUDIO -> "input_audio";
            case NO_TOOLS -> "tools";
            case NO_SCHEMA -> "json_schema";
            default -> "image_url";
        };
        String model = "phrase/" + UpstreamPhrases.all().indexOf(phrase);
        refuses(need, phrase.status() == 0 ? 400 : phrase.status(),
                "Sorry: " + phrase.text().toUpperCase(Locale.ROOT) + " today");
        int before = local.posts().size();
        for (int i = 0; i < 2; i++) {
            assertTrue(ask(model, need).body().contains("cloud"), phrase.text());
        }
        assertEquals(before + 1, local.posts().size(), phrase.text());
        assertTrue(ask(model).body().contains("local"), phrase.text());
    }
}
