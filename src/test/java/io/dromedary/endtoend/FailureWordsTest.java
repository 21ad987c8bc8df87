package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What happens on a kind of failure is a branch of the routes: a team that moves or removes one changes just that. */
class FailureWordsTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();

    private RunningGateway with(String file, String before, String after) throws IOException {
        String shipped = Files.readString(Path.of("routes", file));
        assertTrue(shipped.contains(before), before);
        return RunningGateway.with(RunningGateway.localAndCloud(local, cloud), Map.of(),
                Map.of(file, shipped.replace(before, after)));
    }

    @Test
    void aTeamCanSendTheClientsMistakeToTheNextDeployment() throws IOException {
        local.does((request, line) ->
                line.json(400, "{\"error\":{\"message\":\"no such tool\",\"type\":\"invalid_request_error\"}}"));
        cloud.does((request, line) -> line.json(200, Replies.chat("from the cloud")));
        try (RunningGateway gateway = with("deployment.camel.yaml", "== 'client-mistake'", "== 'never'")) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(200, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("from the cloud"), answer.body());
        }
    }

    @Test
    void aTeamCanEndARequestAtItsFirstFailure() throws IOException {
        local.does((request, line) -> line.json(503, "{\"error\":{\"message\":\"loading\"}}"));
        try (RunningGateway gateway = with("deployment.camel.yaml",
                "                  - to:\n                      id: to-next-attempt",
                "                  - bean:\n                      id: end-here\n                      ref: refuse\n"
                        + "                      method: with(418, 'one_try', 'One try is all there is')\n"
                        + "                  - to:\n                      id: to-next-attempt")) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(418, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("One try is all there is"), answer.body());
            assertEquals(0, cloud.posts().size());
        }
    }

    @Test
    void withoutTheBranchForUnsupportedParametersTheRefusalIsTheAnswer() throws IOException {
        local.does((request, line) ->
                line.json(400, "{\"error\":{\"message\":\"Unsupported parameter: 'top_k'\",\"param\":\"top_k\","
                + "\"code\":\"unsupported_parameter\"}}"));
        try (RunningGateway gateway = with("deployment.camel.yaml", "== 'parameter-unsupported'", "== 'never'")) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions",
                    RunningGateway.chat("local", false).replace("\"stream\"", "\"top_k\":3,\"stream\""));
            assertEquals(400, answer.statusCode(), answer.body());
            assertEquals(1, local.posts().size());
        }
    }

    @Test
    void aModelThatAStepSetsAtTheModelRouterIsTheModelThatIsAsked() {
        cloud.does((request, line) -> line.json(200, Replies.chat("from the cloud")));
        String step = """
                - routeConfiguration:
                    interceptFrom:
                      - interceptFrom:
                          uri: direct:model-router
                          steps:
                            - setProperty: {name: model, constant: cloud}
                """;
        try (RunningGateway gateway = RunningGateway.with(RunningGateway.localAndCloud(local, cloud), Map.of(),
                Map.of("own.camel.yaml", step))) {
            for (String model : new String[] {"local", "no-such-model"}) {
                HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat(model, false));
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("cloud-id", answer.headers().firstValue("x-litellm-model-id").orElse(""));
            }
            assertEquals(0, local.posts().size());
        }
    }
}
