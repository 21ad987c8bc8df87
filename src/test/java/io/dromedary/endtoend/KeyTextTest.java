package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.findings.FilesRejected;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** A key works with what got around it in a Kubernetes secret or a file of docker's, and that is told at start. */
@Timeout(60)
class KeyTextTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    private RunningGateway gateway(Map<String, String> variables) {
        return fixture.closing(RunningGateway.with("""
                model_list:
                  - model_name: one
                    litellm_params: {model: openai/up, api_base: '%1$s', api_key: os.environ/UP_KEY}
                  - model_name: two
                    litellm_params:
                      model: openai/up
                      api_base: '%1$s'
                      api_key: os.environ/UP_KEY
                      extra_headers: {x-other-key: os.environ/OTHER_KEY}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl()), Map.of(), Map.of(), variables));
    }

    private static List<String> warnings(RunningGateway gateway) {
        return gateway.app().warnings().stream().map(warning -> warning.key() + " " + warning.problem()).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s\n", "%s\r\n", " %s ", "\"%s\"", "'%s'\n", "\"%s\n\"", "\uFEFF%s", "%s\u00a0"})
    void whatIsAroundAKeyIsLeftOutAndToldOnce(String form) {
        RunningGateway gateway = gateway(Map.of("LITELLM_MASTER_KEY", form.formatted(RunningGateway.KEY),
                "UP_KEY", form.formatted(RunningGateway.CLOUD_KEY), "OTHER_KEY", "x"));
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("two", false)).statusCode());
        assertEquals("Bearer " + RunningGateway.CLOUD_KEY, upstream.last().headers().get("Authorization"));
        assertEquals(List.of(
                "general_settings.master_key takes its value from LITELLM_MASTER_KEY, which has blanks, a line end or "
                + "quotes around the key: they are left out",
                "model_list[].litellm_params.api_key takes its value from UP_KEY, which has blanks, a line end or "
                + "quotes around the key: they are left out"), warnings(gateway));
    }

    @Test
    void aHeadersValueLosesItsLineEnd() {
        RunningGateway gateway = gateway(Map.of("UP_KEY", "k", "OTHER_KEY", "\"quoted\"\n"));
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("two", false)).statusCode());
        assertEquals("\"quoted\"", upstream.last().headers().get("x-other-key"));
        assertEquals(List.of("model_list[].litellm_params.extra_headers.x-other-key has blanks or a line end around "
                + "it: they are left out"), warnings(gateway));
    }

    @Test
    void aKeyThatCannotBeSentIsToldAtStart() {
        FilesRejected refused = assertThrows(FilesRejected.class, () -> gateway(Map.of("LITELLM_MASTER_KEY",
                "sk-secret-1\nsk-secret-2", "UP_KEY", "sk-secret-3\r\nsk-secret-4", "OTHER_KEY", "sk-secret-5\nx: y")));
        String said = refused.getMessage();
        assertTrue(said.contains("master_key: holds a line end or a character that no client can send"), said);
        assertTrue(said.contains("api_key: holds a line end or a character that cannot be sent in a header"), said);
        assertTrue(said.contains("x-other-key: holds a line end or another control character"), said);
        assertFalse(said.contains("sk-secret"), said);
    }

    @Test
    void aKeyOfNothingButBlanksIsNone() {
        String said = assertThrows(FilesRejected.class, () -> gateway(Map.of("LITELLM_MASTER_KEY", "\" \"\n",
                "UP_KEY", "k", "OTHER_KEY", "x"))).getMessage();
        assertTrue(said.contains("general_settings.master_key: is empty"), said);
    }
}
