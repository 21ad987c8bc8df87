package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RunningGateway;

/** An HTTP route of a team's own is served as ours are, in whichever way it begins, and never without the key. */
@Timeout(60)
class HttpRouteTest {

    private static final String STEPS = """
              steps:
                - process: {ref: authenticate}
                - setBody: {constant: told}
                - process: {ref: answer}
        """;
    private static final String OLD_STEPS = STEPS.replace("steps:\n", "steps:\n        - process: {ref: openCall}\n");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    private RunningGateway gateway(Map<String, String> properties, String route) {
        return RunningGateway.with(RunningGateway.single(upstream), properties, Map.of("own.camel.yaml", route));
    }

    private static String route(String uri, String steps) {
        return "- route:\n    id: own\n    from:\n      uri: '" + uri + "'\n" + steps.indent(-2).indent(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"platform-http:/own", "{{own.from}}"})
    void itsCallIsOpenWhetherItsFirstStepSaysSoOrNot(String uri) {
        for (String steps : List.of(STEPS, OLD_STEPS)) {
            try (RunningGateway gateway = gateway(Map.of("own.from", "platform-http:/own"), route(uri, steps))) {
                HttpResponse<String> answer = gateway.get("/own");
                assertEquals("told", answer.body());
                assertTrue(answer.headers().firstValue("x-litellm-call-id").isPresent());
                assertEquals(401, gateway.send(gateway.request("/own").build()).statusCode());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void oneOfCamelsRestDslIsServedToo(boolean old) {
        String rest = "- rest:\n    path: /team\n    get:\n      - path: /own\n        to: direct:own\n";
        try (RunningGateway gateway = gateway(Map.of(), rest + route("direct:own", old ? OLD_STEPS : STEPS))) {
            assertEquals("told", gateway.get("/team/own").body());
        }
    }

    @Test
    void aTemplateOfATeamsOwnMayHaveAParameterCalledOperation() {
        try (RunningGateway gateway = gateway(Map.of(), """
                - routeTemplate:
                    id: job
                    parameters: [{name: path}, {name: operation}]
                    from:
                      uri: platform-http
                      parameters: {path: "{{path}}"}
                      steps:
                        - setBody: {constant: "{{operation}}"}
                        - process: {ref: answer}
                - templatedRoute:
                    routeTemplateRef: job
                    routeId: nightly
                    parameters: [{name: path, value: /job}, {name: operation, value: nightly}]
                """)) {
            assertEquals("nightly", gateway.get("/job").body());
        }
    }

    @Test
    void anAnswerToCamelsClientWhoseHeadHasNoEndIsNotRead() {
        upstream.does((request, line) -> {
            line.raw("HTTP/1.1 200 OK\r\n");
            int headers = request.path().endsWith("/many") ? 100_000 : 100;
            for (int i = 0; i < headers; i++) {
                line.raw("X-" + i + ": " + "y".repeat(100) + "\r\n");
            }
            line.raw("X-Long: " + "y".repeat(request.path().endsWith("/long") ? 1_000_000 : 1000) + "\r\n");
            line.raw("Content-Length: 2\r\n\r\nok");
        });
        for (String path : List.of("/many", "/long", "/usual")) {
            try (RunningGateway gateway = gateway(Map.of(), """
                    - route:
                        from:
                          uri: platform-http:/own
                          steps:
                            - removeHeaders: {pattern: '*'}
                            - to: '%s'
                            - process: {ref: answer}
                    """.formatted(upstream.baseUrl() + path))) {
                assertEquals(path.equals("/usual") ? 200 : 500, gateway.get("/own").statusCode(), path);
            }
        }
    }

    @Test
    void whatAStepSetsAsTheOperationIsWhatIsAskedFor() {
        try (RunningGateway gateway = gateway(Map.of(), """
                - routeConfiguration:
                    interceptFrom:
                      - interceptFrom:
                          uri: direct:gateway
                          steps:
                            - setProperty: {name: operation, constant: completion}
                            - setBody: {constant: '{"model":"only","prompt":"x"}'}
                """)) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("only", false));
            assertEquals("/v1/completions", upstream.last().path());
        }
    }

    private static HttpResponse<String> options(RunningGateway gateway, String path, boolean page) {
        HttpRequest.Builder request = gateway.request(path).method("OPTIONS", HttpRequest.BodyPublishers.noBody());
        return gateway.send(page ? request.header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST").build() : request.build());
    }

    @ParameterizedTest
    @CsvSource({"true,204", "false,405"})
    void optionsReachesNoRouteAndTellsNoPath(String cors, int status) {
        // No authenticate: with OPTIONS, which needs no key, such a step would run for anybody.
        try (LogLines log = LogLines.ofRequests(); RunningGateway gateway = gateway(Map.of("gateway.cors", cors),
                route("platform-http:/own", STEPS.replace("        - process: {ref: authenticate}\n", "")))) {
            for (String path : List.of("/own", "/v1/models", "/nowhere")) {
                for (boolean page : List.of(true, false)) {
                    HttpResponse<String> answer = options(gateway, path, page);
                    assertEquals(status, answer.statusCode(), path);
                    assertFalse(answer.body().contains("told"), answer.body());
                    assertEquals(status == 405 ? "GET, HEAD, POST" : "",
                            answer.headers().firstValue("Allow").orElse(""));
                    String id = answer.headers().firstValue("x-litellm-call-id").orElseThrow();
                    await().until(() -> log.lines().stream().filter(line -> line.startsWith(id)).count() == 1);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"/own/1/part,PUT", "/v1/%6dodels,'GET, HEAD'", "/v1/models/a/b,'GET, HEAD'", "/engines/x/y,POST"})
    void aWrongMethodIsToldTheRightOnesOnAnyFormOfThePath(String path, String allowed) {
        String uri = "platform-http:/own/{id}/part?httpMethodRestrict=PUT";
        try (RunningGateway gateway = gateway(Map.of(), route(uri, STEPS))) {
            HttpResponse<String> answer = gateway.send(gateway.request(path,
                    "Authorization", "Bearer " + RunningGateway.KEY).DELETE().build());
            assertEquals(405, answer.statusCode());
            assertEquals(allowed, answer.headers().firstValue("Allow").orElse(""));
        }
    }

    @ParameterizedTest
    @CsvSource({"false,200", "true,401", "True,401", "no,401"})
    void onlyTheWordFalseOpensAPathThatTells(String key, int status) {
        try (RunningGateway gateway = gateway(Map.of("gateway.public-paths", "/own"), """
                - templatedRoute:
                    routeTemplateRef: info
                    routeId: own
                    prefixId: own
                    parameters:
                      - {name: path, value: /own}
                      - {name: bean, value: modelList}
                      - {name: key, value: '%s'}
                """.formatted(key))) {
            assertEquals(status, gateway.send(gateway.request("/own").build()).statusCode());
        }
    }
}
