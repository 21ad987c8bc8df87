package io.dromedary.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import io.dromedary.check.Check;
import io.dromedary.check.Sources;
import io.dromedary.config.Environment;
import io.dromedary.settings.SettingFault;
import io.dromedary.settings.SettingPlaces;
import io.dromedary.settings.Settings;

/** What {@code dromedary explain} tells is what the files say, line for line. */
class ExplanationTest {

    private static final Path PROPERTIES = Path.of("application.properties");
    private static final String CONFIG = """
            model_list:
              - model_name: mine
                litellm_params:
                  model: openai/upstream-name
                  api_base: http://127.0.0.1:1/v1
                  stream_timeout: 20
                  temperature: 0.5
              - model_name: spare
                litellm_params:
                  model: openai/spare-name
                  api_base: http://127.0.0.1:2/v1
                  api_key: sk-never-shown-4711
                  extra_headers: {X-Team: secret-team-4711}
                  extra_body: {provider: {keys: [os.environ/PARAMETER_KEY]}}
                model_info: {idle_timeout: 7}
            litellm_settings:
              request_timeout: 99
              fallbacks: [{mine: [spare]}]
            """;

    @TempDir
    private Path folder;
    private boolean served;

    private String explain(String model, boolean stream, Path... more) throws IOException {
        return explainWith(CONFIG, model, stream, "", more);
    }

    private String explain(String model, boolean stream, String from, Path... more) throws IOException {
        return explainWith(CONFIG, model, stream, from, more);
    }

    private String explainWith(String written, String model, boolean stream, String from, Path... more)
            throws IOException {
        Path config = folder.resolve("c.yaml");
        Files.writeString(config, written);
        Environment environment = Environment.of(Map.of("LITELLM_MASTER_KEY", "sk-x", "PARAMETER_KEY", "k\"4711"));
        Sources sources = Sources.of(PROPERTIES, Path.of("routes"), config).with(List.of(more));
        StringWriter text = new StringWriter();
        served = new Explanation(Check.files(sources, environment).orReject(), config,
                SettingPlaces.of(PROPERTIES, Settings.fromFile(PROPERTIES, Map.of())), new PrintWriter(text))
                .print(model, stream, from);
        return text.toString().replace(config.toString(), "c.yaml");
    }

    private static int lineOf(String file, String text) throws IOException {
        List<String> lines = Files.readAllLines(Path.of(file));
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(text)) {
                return i + 1;
            }
        }
        throw new AssertionError(file + " has no " + text);
    }

    @Test
    void theStepsStandInTheOrderOfTheWayWithTheirLines() throws IOException {
        String text = explain("mine", true);
        int at = -1;
        for (String step : List.of("set-operation - ", "authenticate - ", "read-request - ", "plan-request - ",
                "is-in-catalogue - otherwise",
                "next-attempt - ", "take-slot - ", "prepare-upstream-request - ", "check-answer - ", "relay - ",
                "note-failure - ",
                "request-is-over")) {
            assertTrue(text.indexOf(step, at) > at, step + " after the one before in " + text);
            at = text.indexOf(step, at);
        }
        assertTrue(text.contains("gateway.camel.yaml:" + lineOf("routes/gateway.camel.yaml", "id: authenticate")),
                text);
        assertTrue(served);
    }

    @Test
    void deploymentsClocksFallbacksAndChangesAreToldWithTheirLines() throws IOException {
        String text = explain("mine", true);
        for (String line : List.of("1. openai/upstream-name at http://127.0.0.1:1/v1  (c.yaml:2)",
                "sent as upstream-name  (c.yaml:4)",
                "temperature: 0.5 where the client sends none  (c.yaml:7)", "first token 20000 ms  (c.yaml:6)",
                "fallback 1  (c.yaml:18)", "2. openai/spare-name at http://127.0.0.1:2/v1  (c.yaml:8)",
                "first token 99000 ms  (c.yaml:17)", "idle 7000 ms  (c.yaml:15)",
                "X-Team is sent  (c.yaml:13)",
                "idle 600000 ms (gateway.timeout.idle)  (application.properties:"
                + lineOf("application.properties", "gateway.timeout.idle=") + ")")) {
            assertTrue(text.contains(line), line + " in " + text);
        }
        assertTrue(explain("mine", false).contains("answer 99000 ms  (c.yaml:17)"));
    }

    @Test
    void theWayOfARequestInAnotherDialectBeginsWithItsTranslation() throws IOException {
        String text = explain("mine", true, "messages");
        assertTrue(text.contains("The way of a request for messages through the routes. It is translated into a "
                + "streamed chat"), text);
        int translated = text.indexOf("translate-request - ");
        assertTrue(translated > 0 && translated < text.indexOf("read-request - "), text);
        assertTrue(text.contains("first token 20000 ms"), text);
        assertThrows(SettingFault.class, () -> explain("mine", true, "mesages"));
    }

    @Test
    void noKeyAndNoHeadersValueIsShown() throws IOException {
        String text = explain("spare", true);
        assertFalse(text.contains("4711"), text);
        assertTrue(text.contains("provider: {\"keys\":[\"***\"]}, whatever the client sends"), text);
    }

    @Test
    void stepsOfARouteAuthorsOwnAreShownWhereTheyComeIn() throws IOException {
        Path own = folder.resolve("own.camel.yaml");
        Files.writeString(own, """
                - routeConfiguration:
                    interceptFrom:
                      - interceptFrom: {id: mask, description: Masks, uri: 'direct:deployment-*', steps: [{log: {id: \
                      told, message: hi}}]}
                """);
        String text = explain("mine", false, own);
        assertTrue(text.indexOf("mask - Masks") > text.indexOf("route deployment-")
                && text.indexOf("mask - Masks") < text.indexOf("keep-alive - "), text);
    }

    @Test
    void aModelThatNobodyServesIsTold() throws IOException {
        String text = explain("ghost", false);
        assertTrue(text.contains("No deployment serves ghost") && text.contains("mine, spare"), text);
        assertEquals(false, served);
        assertFalse(text.contains("beans.camel.yaml"), text);
        assertTrue(explain("sapre", false).startsWith("Did you mean spare? No deployment serves sapre"), text);
    }

    private static String withMode(String mode) {
        return CONFIG.replace("  - model_name: spare", "    model_info: {mode: " + mode + "}\n  - model_name: spare");
    }

    @Test
    void aModelForRerankIsExplainedByTheWayOfARerank() throws IOException {
        Path ranker = folder.resolve("ranker.yaml");
        Files.writeString(ranker, withMode("rerank"));
        String told = explain("mine", true, ranker);
        assertTrue(told.contains("The way of a request for rerank through the routes"), told);
        assertTrue(told.contains("route rerank"), told);
        Files.writeString(ranker, withMode("own"));
        assertTrue(explain("mine", true, ranker).contains("The way of a streamed chat through the routes"));
    }

    @Test
    void aModelOfAnotherModeIsExplainedByTheWayOfItsOwnEndpoint() throws IOException {
        String text = explainWith(CONFIG.replace("{idle_timeout: 7}", "{mode: audio_transcription}"), "spare",
                false, "");
        assertTrue(text.contains("The way of a request for audio_transcription through the routes"), text);
        assertTrue(text.contains("read-form - "), text);
    }
}
