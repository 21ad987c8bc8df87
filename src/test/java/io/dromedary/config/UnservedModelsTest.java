package io.dromedary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import io.dromedary.findings.FilesRejected;
import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** An entry that cannot be served is told and left out; the others are served. */
class UnservedModelsTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(config());

    private String config() {
        return """
                model_list:
                  - {model_name: good, litellm_params: {model: openai/up, api_base: '%s'}}
                  - {model_name: both, litellm_params: {model: replicate/meta/llama, api_key: k}}
                  - {model_name: both, litellm_params: {model: openai/up, api_base: '%s'}}
                  - {model_name: claude, litellm_params: {model: bedrock/anthropic.claude-v2, aws_region_name: \
                  eu-west-1}}
                  - {model_name: groq, litellm_params: {model: groq/llama, api_key: os.environ/NOT_SET_HERE}}
                  - {model_name: 'gem-*', litellm_params: {model: vertex_ai/gemini-2.5-pro}}
                router_settings:
                  model_group_alias: {other: claude, fine: good}
                  num_retries: 0
                  fallbacks: [{good: [claude, both]}]
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                virtual_keys:
                  - {key_alias: named, key: sk-named-00000000000000, models: [good, claude]}
                  - {key_alias: pattern, key: sk-pattern-000000000000, models: [good, 'cla*']}
                  - {key_alias: other, key: sk-other-00000000000000, models: [good]}
                """.formatted(upstream.baseUrl(), upstream.baseUrl());
    }

    private HttpResponse<String> ask(String model) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat(model, false));
    }

    @Test
    void theListOfModelsHasThoseThatAreServedOnly() {
        String list = gateway.get("/v1/models").body();
        assertTrue(list.contains("\"good\"") && list.contains("\"both\"") && list.contains("\"fine\""), list);
        assertFalse(list.contains("claude") || list.contains("groq") || list.contains("other"), list);
    }

    @Test
    void aRequestForOneIs404WithTheReason() {
        for (String name : new String[] {"claude", "other"}) {
            HttpResponse<String> answer = ask(name);
            assertEquals(404, answer.statusCode());
            assertTrue(answer.body().contains("model_not_found") && answer.body().contains("cannot be served: "
                    + "anthropic.claude-v2 cannot be served by bedrock"), answer.body());
        }
        assertTrue(ask("groq").body().contains("NOT_SET_HERE, which is not set"));
        assertTrue(ask("gem-x").body().contains("vertex_project is missing"));
        assertTrue(ask("nobody").body().contains("does not exist"));
    }

    private HttpResponse<String> ask(String key, String model) {
        return gateway.send(gateway.request("/v1/chat/completions", "Authorization", "Bearer " + key, "Content-Type",
                "application/json").POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat(model, false)))
                .build());
    }

    @Test
    void theReasonIsToldToAKeyThatHasTheModelByItsNameAlone() {
        HttpResponse<String> named = ask("sk-named-00000000000000", "claude");
        assertEquals(404, named.statusCode());
        assertTrue(named.body().contains("cannot be served: "), named.body());
        for (String key : new String[] {"sk-pattern-000000000000", "sk-other-00000000000000"}) {
            HttpResponse<String> other = ask(key, "claude");
            assertEquals(403, other.statusCode());
            assertFalse(other.body().contains("bedrock"), other.body());
        }
    }

    @Test
    void theOthersAreServedAndAFallbackSkipsOneThatIsNot() {
        assertEquals(200, ask("good").statusCode());
        assertEquals(200, ask("both").statusCode());
        upstream.does((request, line) -> {
            if (upstream.posts().size() == 3) {
                line.json(503, "{}");
            } else {
                line.json(200, Replies.chat("from the fallback"));
            }
        });
        HttpResponse<String> answer = ask("good");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals("1", answer.headers().firstValue("x-litellm-attempted-fallbacks").orElse(""));
    }

    @Test
    void theStartTellsThemInOneLine() {
        GatewayConfig read = gateway.app().config();
        String line = read.unserved().summary(read.catalogue()).orElseThrow();
        assertTrue(line.startsWith(
                "3 of 5 models are not served, and 1 deployments of models that others serve: both ("),
                line);
        assertTrue(line.contains("claude (") && line.contains("groq (") && line.contains("gem-* ("), line);
    }

    @Test
    void refuseStopsTheStart() {
        FilesRejected rejected = assertThrows(FilesRejected.class,
                () -> RunningGateway.with(config(), Map.of("gateway.unserved", "refuse")));
        assertEquals(4, rejected.faults().stream().filter(fault -> fault.stops()).count(), rejected.getMessage());
    }

    @Test
    void aFileOfWhichNothingCanBeServedDoesNotStart() {
        assertThrows(FilesRejected.class, () -> RunningGateway.with("""
                model_list: [{model_name: a, litellm_params: {model: replicate/x}}]
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """));
    }

    private static Stream<String> unserved() {
        return Stream.concat(Stream.of("nobody", "bedrock", "vertex_ai"), // the two serve some makers' models only
                Providers.all().stream().filter(provider -> !provider.served()).map(Provider::name));
    }

    @ParameterizedTest
    @MethodSource("unserved")
    void theMendThatIsToldWorksWhenFollowed(String provider) {
        FilesRejected rejected = assertThrows(FilesRejected.class, () -> RunningGateway.with("""
                model_list: [{model_name: a, litellm_params: {model: '%s/llama3.1:8b'}}]
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(provider)));
        Matcher mend = Pattern.compile("Write (\\S+) ").matcher(rejected.getMessage());
        assertTrue(mend.find(), rejected.getMessage());
        try (RunningGateway mended = RunningGateway.with("""
                model_list: [{model_name: a, litellm_params: {model: '%s', api_base: '%s'}}]
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(mend.group(1), upstream.baseUrl()))) {
            assertEquals(200, mended.post("/v1/chat/completions", RunningGateway.chat("a", false)).statusCode());
            assertTrue(upstream.last().text().contains("\"model\":\"llama3.1:8b\""), upstream.last().text());
        }
    }
}
