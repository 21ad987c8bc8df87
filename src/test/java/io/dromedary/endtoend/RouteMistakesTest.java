package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LogLines;
import io.dromedary.harness.RunningGateway;

/**
 * A mistake in a step of a route author's own is answered in the envelope and named in the log; everything else goes
 * on.
 */
@Timeout(60)
class RouteMistakesTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    private RunningGateway with(String place, String step, Map<String, String> properties) {
        return RunningGateway.with(RunningGateway.single(upstream), properties, Map.of("own.camel.yaml", """
                - routeConfiguration:
                    interceptFrom:
                      - interceptFrom:
                          id: own
                          uri: %s
                          steps:
                            - %s
                """.formatted(place, step)));
    }

    private static HttpResponse<String> ask(RunningGateway gateway) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("only", false));
    }

    /** Fails as a step with a slip does. */
    public static final class Slip implements Processor {
        @Override
        public void process(Exchange exchange) {
            throw new IllegalStateException("told-to-nobody-4711");
        }
    }

    private void assertTold(String place, String route) {
        try (LogLines log = LogLines.collect(); RunningGateway gateway = with(place,
                "process: {id: slip, ref: '#class:" + Slip.class.getName() + "'}", Map.of())) {
            HttpResponse<String> answer = ask(gateway);
            assertEquals(500, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"code\":\"internal_error\"") && !answer.body().contains("4711"),
                    answer.body());
            String id = answer.headers().firstValue("x-litellm-call-id").orElse("none");
            await().untilAsserted(() -> assertTrue(log.lines().stream().anyMatch(
                    line -> line.contains(id + " failed in route " + route) && line.contains("at step slip")),
                    log.lines().toString()));
            assertEquals(200, gateway.get("/v1/models").statusCode());
        }
    }

    @Test
    void anExceptionIsA500AndTheLogNamesRouteAndStep() {
        assertTold("direct:gateway", "gateway");
        assertTold("direct:model-router", "model-router");
        assertTold("direct:deployment-*", "deployment-only-");
    }

    @Test
    void anExceptionAfterTheAnswerCostsTheClientNothing() {
        try (LogLines log = LogLines.collect(); RunningGateway gateway = with("direct:answered",
                "process: {id: slip, ref: '#class:" + Slip.class.getName() + "'}", Map.of())) {
            assertEquals(200, ask(gateway).statusCode());
            await().untilAsserted(() -> assertTrue(log.lines().stream()
                    .anyMatch(line -> line.contains("at step slip")), log.lines().toString()));
        }
    }

    @Test
    void aTextInPlaceOfBytesIsSentAsItIs() {
        try (RunningGateway gateway =
                with("direct:deployment-*", "setBody: {constant: '{\"messages\":[],\"model\":\"x\"}'}", Map.of())) {
            assertEquals(200, ask(gateway).statusCode());
            assertEquals("{\"messages\":[],\"model\":\"upstream-name\"}", upstream.last().text());
        }
    }

    /** Leaves something that is no JSON. */
    public static final class NoJson implements Processor {
        @Override
        public void process(Exchange exchange) {
            exchange.getMessage().setBody(List.of(new Object(), 1));
        }
    }

    @Test
    void aBodyOfAnotherTypeIsA500ThatNamesTheStepsRoute() {
        for (String step : List.of("process: {id: no-json, ref: '#class:" + NoJson.class.getName() + "'}",
                "setBody: {id: no-json, constant: no json}",
                "setBody: {id: no-json, simple: '${null}'}")) {
            for (String place : List.of("direct:deployment-*", "direct:model-router")) {
                try (LogLines log = LogLines.collect(); RunningGateway gateway = with(place, step, Map.of())) {
                    int before = upstream.received().size();
                    HttpResponse<String> answer = ask(gateway);
                    assertEquals(500, answer.statusCode(), place + " " + step + " " + answer.body());
                    assertTrue(answer.body().contains("\"code\":\"internal_error\""), answer.body());
                    assertEquals(before, upstream.received().size(), "nothing was sent");
                    String id = answer.headers().firstValue("x-litellm-call-id").orElse("none");
                    await().untilAsserted(() ->
                            assertTrue(log.lines().stream().anyMatch(line -> line.contains(id + " failed in route ")
                            && line.contains("left by a step before")), log.lines().toString()));
                }
            }
        }
    }

    private static final CountDownLatch END = new CountDownLatch(1);

    /** Never ends by itself, and does not listen. */
    public static final class Endless implements Processor {
        @Override
        public void process(Exchange exchange) {
            while (END.getCount() > 0) {
                try {
                    END.await();
                } catch (InterruptedException e) {
                    // that is what it is for
                }
            }
        }
    }

    @Test
    void aStepThatNeverEndsIsAnsweredAndNamedAndKeepsItsPlace() {
        try (LogLines log = LogLines.collect(); RunningGateway gateway = with("direct:model-router",
                "process: {id: endless, ref: '#class:" + Endless.class.getName() + "'}",
                Map.of("gateway.timeout.total", "300", "gateway.requests.max", "2"))) {
            for (int i = 0; i < 2; i++) {
                assertEquals(504, ask(gateway).statusCode());
            }
            assertTrue(gateway.get("/health/readiness").body().contains("\"overdue_steps\":2"));
            assertEquals(503, ask(gateway).statusCode(), "both places are taken by steps that do not end");
            assertTrue(log.lines().stream().anyMatch(
                    line -> line.contains("is still in route model-router at step endless")), log.lines().toString());
            END.countDown();
            await().untilAsserted(() -> assertEquals(200, ask(gateway).statusCode()));
        }
    }
}
