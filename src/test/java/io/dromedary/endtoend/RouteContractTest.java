package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What docs/edit-the-routes.md promises route authors, used as they use it: in YAML, in files of their own. */
@Timeout(60)
class RouteContractTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();

    private static String at(String place, String... steps) {
        StringBuilder yaml = new StringBuilder(
                "- routeConfiguration:\n    interceptFrom:\n      - interceptFrom:\n          uri: " + place
                + "\n          steps:\n");
        for (String step : steps) {
            yaml.append("            - ").append(step).append('\n');
        }
        return yaml.toString();
    }

    private RunningGateway with(Map<String, String> properties, Map<String, String> files) {
        return RunningGateway.with(RunningGateway.localAndCloud(local, cloud)
                .replace("{id: local-id}", "{id: local-id, tier: own}"), properties, files);
    }

    @Test
    void eachPlaceHasThePropertiesAndTheBodyThatThePageSays() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("one.camel.yaml",
                at("direct:gateway",
                "log: {message: 'A ${exchangeProperty.operation} ${exchangeProperty.call.id} ${header.X-App} "
                + "${body}'}"));
        files.put("two.camel.yaml",
                at("direct:model-router", "log: {message: 'B ${exchangeProperty.model} ${header.X-App} ${body}'}"));
        files.put("three.camel.yaml",
                at("direct:deployment-*", "log: {message: 'C ${exchangeProperty.attempt.deployment.id} "
                + "${exchangeProperty.attempt.deployment.group} ${exchangeProperty.attempt.deployment.provider} "
                + "${exchangeProperty.attempt.deployment.upstreamModel} ${exchangeProperty.attempt.deployment.baseUrl} "
                + "${exchangeProperty.attempt.deployment.info[tier]} ${exchangeProperty.deployment} ${body}'}"));
        files.put("four.camel.yaml", at("direct:answered", "log: {message: 'D ${body}'}"));
        try (LogLines log = LogLines.collect(); RunningGateway gateway =
                with(Map.of("gateway.answer.copy", "10"), files)) {
            String sent = RunningGateway.chat("local", false);
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", sent, "X-App", "billing");
            String id = answer.headers().firstValue("x-litellm-call-id").orElse("");
            await().untilAsserted(() ->
                    assertTrue(log.lines().stream().anyMatch(line -> line.startsWith("D ")), log.lines().toString()));
            List<String> lines = log.lines().stream().filter(line -> line.matches("[ABCD] .*")).toList();
            assertEquals(4, lines.size(), lines.toString());
            assertEquals("A chat " + id + " billing " + sent, lines.get(0));
            assertTrue(lines.get(1).matches("B local  " + java.util.regex.Pattern.quote(sent)), lines.get(1));
            assertTrue(lines.get(2).startsWith("C local-id local openai local-upstream " + local.baseUrl()
                    + " own local-"), lines.get(2));
            assertTrue(lines.get(2).endsWith(sent), lines.get(2));
            assertEquals("D " + answer.body().substring(0, 10), lines.get(3));
        }
    }

    @Test
    void aStepKnowsTheKeyThatCameAndWhatIsWrittenAboutIt() {
        String step = "log: {message: 'K ${exchangeProperty.key.alias} ${exchangeProperty.key.metadata[team]} "
                + "${exchangeProperty.key.metadata[team_id]}.'}";
        String gold = "choice: {when: [{simple: '${exchangeProperty.key.metadata[team]} == \"web\"', steps: "
                + "[{setProperty: {name: model, constant: cloud}}]}]}";
        String config = RunningGateway.localAndCloud(local, cloud) + """
                virtual_keys:
                  - {key_alias: shop, key: sk-shop-000000000000000, metadata: {team: web}, team_id: t-1}
                """;
        try (LogLines log = LogLines.collect(); RunningGateway gateway = RunningGateway.with(config, Map.of(),
                Map.of("own.camel.yaml", at("direct:model-router", step, gold)))) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            HttpResponse<String> answer = gateway.send(gateway.request("/v1/chat/completions", "Authorization",
                    "Bearer sk-shop-000000000000000", "Content-Type", "application/json").POST(
                    HttpRequest.BodyPublishers.ofString(RunningGateway.chat("local", false))).build());
            assertEquals("cloud", answer.headers().firstValue("x-litellm-model-group").orElse(""), answer.body());
            assertEquals(List.of("K master  .", "K shop web t-1."),
                    log.lines().stream().filter(line -> line.startsWith("K ")).toList());
        }
    }

    @Test
    void stepsOfSeveralFilesRunInTheOrderOfTheAlphabet() {
        Map<String, String> files = Map.of("a-own.camel.yaml", at("direct:model-router", "log: {message: 'a-own'}"),
                "z-own.camel.yaml", at("direct:model-router", "log: {message: 'z-own'}"), "m-own.camel.yaml",
                at("direct:model-router", "log: {message: 'm-own'}"));
        try (LogLines log = LogLines.collect(); RunningGateway gateway = with(Map.of(), files)) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(List.of("a-own", "m-own", "z-own"),
                    log.lines().stream().filter(line -> line.endsWith("-own")).toList());
        }
    }

    @Test
    void aHeaderForOneUpstreamIsNotSentToTheNext() {
        local.does((request, line) -> line.json(503, "{}"));
        String step = "choice: {when: [{simple: '${exchangeProperty.attempt.deployment.id} == \"local-id\"', steps: "
                + "[{setProperty: {name: upstream.header.X-Own, constant: only-for-local}}]}]}";
        try (RunningGateway gateway = with(Map.of(), Map.of("own.camel.yaml", at("direct:deployment-*", step)))) {
            assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).statusCode());
            assertEquals("only-for-local", local.posts().get(0).headers().get("X-Own"));
            assertEquals(null, cloud.posts().get(0).headers().get("X-Own"));
        }
    }

    @Test
    void aChangeForOneAttemptDoesNotReachTheNext() {
        local.does((request, line) -> line.json(503, "{}"));
        String step = "choice: {when: [{simple: '${exchangeProperty.attempt.deployment.id} == \"local-id\"', steps: "
                + "[{bean: {ref: requestBody, method: \"replaceInTexts(${body}, 'hi', 'changed')\"}}]}]}";
        try (RunningGateway gateway = with(Map.of(), Map.of("own.camel.yaml", at("direct:deployment-*", step)))) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertTrue(local.posts().get(0).text().contains("changed"));
            assertFalse(cloud.posts().get(0).text().contains("changed"));
        }
    }

    @Test
    void requestBodyChangesWhatItIsAskedToAndNothingElse() {
        String steps = at("direct:gateway",
                "bean: {ref: requestBody, method: \"set(${body}, 'user', 'it''s \\\"me\\\"')\"}".replace("''", ""),
                "bean: {ref: requestBody, method: \"setJson(${body}, 'temperature', '0.7')\"}",
                "bean: {ref: requestBody, method: \"remove(${body}, 'seed')\"}",
                "bean: {ref: requestBody, method: \"atMost(${body}, 'n', 2)\"}");
        try (RunningGateway gateway = with(Map.of(), Map.of("own.camel.yaml", steps))) {
            gateway.post("/v1/chat/completions",
                    "{ \"model\":\"local\",  \"seed\":1, \"n\": "
                    + "5,\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e4\"}]}");
            assertEquals("{ \"model\":\"local-upstream\", \"n\": "
                    + "2,\"messages\":[{\"role\":\"user\",\"content\":\"\\u00e4\"}],\"user\":\"its \\\"me\\\"\","
                    + "\"temperature\":0.7}", local.last().text());
        }
    }

    @Test
    void textsAreReplacedInPromptsAndNotInImagesNorNames() {
        String steps = at("direct:model-router",
                "bean: {ref: requestBody, method: \"replaceInTexts(${body}, 'secret', '*')\"}");
        try (RunningGateway gateway = with(Map.of(), Map.of("own.camel.yaml", steps))) {
            gateway.post("/v1/chat/completions", """
                    {"model":"local","user":"secret","messages":[{"role":"user","content":[{"type":"text","text":"a \
                    secret"},\
                    {"type":"image_url","image_url":{"url":"data:image/png;base64,secret"}}]},{"role":"tool",\
                    "content":"secret\\nsecret"},{"role":"assistant",\
                    "tool_calls":[{"function":{"arguments":"{\\"a\\":\\"s\\\\u0065cret\\"}"}}]}]}""");
            assertEquals("""
                    {"model":"local-upstream","user":"secret","messages":[{"role":"user","content":[{"type":"text",\
                    "text":"a *"},\
                    {"type":"image_url","image_url":{"url":"data:image/png;base64,secret"}}]},{"role":"tool",\
                    "content":"*\\n*"},{"role":"assistant",\
                    "tool_calls":[{"function":{"arguments":"{\\"a\\":\\"*\\"}"}}]}]}""", local.last().text());
        }
    }

    @Test
    void aCompletionIsWhatTheClientAskedForPlainOrAsAStream() {
        String steps = at("direct:model-router", "setBody: {constant: well}", "process: {ref: completion}",
                "process: {ref: answer}", "stop: {}");
        try (RunningGateway gateway = with(Map.of(), Map.of("own.camel.yaml", steps))) {
            assertEquals("well", gateway.openai().chat().completions()
                    .create(com.openai.models.chat.completions.ChatCompletionCreateParams.builder()
                    .model("any").addUserMessage("hi").build()).choices().get(0).message().content().orElse(""));
            StringBuilder streamed = new StringBuilder();
            try (var stream = gateway.openai().chat().completions()
                    .createStreaming(com.openai.models.chat.completions.ChatCompletionCreateParams.builder()
                    .model("any").addUserMessage("hi").build())) {
                stream.stream().forEach(chunk -> chunk.choices()
                        .forEach(choice -> choice.delta().content().ifPresent(streamed::append)));
            }
            assertEquals("well", streamed.toString());
            assertEquals("well",
                    gateway.openai().completions().create(com.openai.models.completions.CompletionCreateParams.builder()
                    .model("any").prompt("hi").build()).choices().get(0).text());
            assertEquals(400, gateway.post("/v1/embeddings", "{\"model\":\"any\",\"input\":\"x\"}").statusCode());
            assertTrue(local.posts().isEmpty() && cloud.posts().isEmpty());
        }
    }

    @Test
    void aRefusalIsAnErrorInTheEnvelope() {
        try (RunningGateway gateway = with(Map.of(), Map.of("own.camel.yaml", at("direct:gateway",
                "bean: {ref: refuse, method: \"with(429, 'too_much', 'Not now')\"}")))) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(429, answer.statusCode());
            assertEquals("{\"error\":{\"message\":\"Not "
                    + "now\",\"type\":\"rate_limit_error\",\"param\":null,\"code\":\"too_much\"}}", answer.body());
        }
    }

    @Test
    void anUnreadableBodyIsTheClientsOwnMistakeWhateverIsAskedOfIt() {
        String steps = at("direct:gateway", "bean: {ref: requestBody, method: \"set(${body}, 'model', 'cloud')\"}",
                "log: {message: \"${bean:requestBody?method=texts}${bean:requestBody?method=model}\"}");
        try (RunningGateway gateway = with(Map.of(), Map.of("own.camel.yaml", steps))) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", "{no json");
            assertEquals(400, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("invalid_json"), answer.body());
            cloud.does((request, line) -> line.json(200, Replies.chat("from the cloud")));
            assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("local", false)).body()
                    .contains("from the cloud"));
        }
    }
}
