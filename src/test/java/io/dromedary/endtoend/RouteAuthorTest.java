package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;
import io.dromedary.model.Deployment;
import io.dromedary.model.RoutingStrategy;

/** What an integration team does with the routes, by the rules of the page on editing them. */
@Timeout(60)
class RouteAuthorTest {

    private static final String UNKNOWN = "              - id: is-unknown-model\n";
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();

    private RunningGateway withBranch(String branch) {
        String router = Routes.read("model-router.camel.yaml");
        assertTrue(router.contains(UNKNOWN));
        return RunningGateway.with(RunningGateway.single(upstream), Map.of(),
                Map.of("model-router.camel.yaml", router.replace(UNKNOWN, branch.indent(14) + UNKNOWN)));
    }

    @Test
    void aBranchOfTheRouterAnswersAModelThatIsInNoList() {
        try (RunningGateway gateway = withBranch("""
                - id: is-opening-hours
                  expression:
                    simple:
                      expression: ${exchangeProperty.model} == 'opening-hours'
                  steps:
                    - setBody:
                        expression:
                          constant:
                            expression: '{"object":"chat.completion","choices":[]}'
                    - process:
                        ref: answer
                """)) {
            HttpResponse<String> answer =
                    gateway.post("/v1/chat/completions", RunningGateway.chat("opening-hours", false));
            assertEquals("{\"object\":\"chat.completion\",\"choices\":[]}", answer.body());
            assertEquals("application/json", answer.headers().firstValue("Content-Type").orElse(""));
            assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
        }
    }

    /** Leaves an open stream as the message body. */
    public static final class OwnStream implements Processor {
        @Override
        public void process(Exchange exchange) {
            InputStream stream =
                    new ByteArrayInputStream("data: 1\n\ndata: [DONE]\n\n".getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setBody(stream);
        }
    }

    @Test
    void aBranchMayEndInAStream() {
        try (RunningGateway gateway = withBranch("""
                - simple: "${exchangeProperty.model} == 'streaming'"
                  steps:
                    - process: {ref: "#class:%s"}
                    - process: {ref: answer}
                """.formatted(OwnStream.class.getName()))) {
            HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("streaming", true));
            assertEquals("data: 1\n\ndata: [DONE]\n\n", answer.body());
            assertTrue(answer.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream"));
        }
    }

    /** Leaves a stream as the message body that fails, after an event if it is asked to. */
    public static final class FailingStream implements Processor {
        @Override
        public void process(Exchange exchange) {
            boolean late = exchange.getMessage().getBody(String.class).contains("late");
            InputStream event = new ByteArrayInputStream((late ? "data: 1\n\n" : "").getBytes(StandardCharsets.UTF_8));
            exchange.getMessage().setBody(new SequenceInputStream(event, new InputStream() {
                @Override
                public int read() throws IOException {
                    throw new IOException("broken");
                }
            }));
        }
    }

    @Test
    void aStreamThatFailsIsNeverTakenForWhole() throws Exception {
        try (RunningGateway gateway = withBranch("""
                - simple: "${exchangeProperty.model} =~ 'early' || ${exchangeProperty.model} =~ 'late'"
                  steps:
                    - process: {ref: "#class:%s"}
                    - process: {ref: answer}
                """.formatted(FailingStream.class.getName()))) {
            String early = gateway.post("/v1/chat/completions", RunningGateway.chat("early", true)).body();
            assertTrue(early.startsWith("data: {\"error\":") && early.contains("internal_error"), early);
            try (RawClient client = new RawClient(gateway.port())
                    .post("/v1/chat/completions", RunningGateway.chat("late", true))) {
                String late = client.readAll();
                assertTrue(late.contains("data: 1") && !late.endsWith("0\r\n\r\n"), late);
            }
        }
    }

    private static final AtomicReference<String> SEEN = new AtomicReference<>();

    /** Remembers the message body. */
    public static final class Remember implements Processor {
        @Override
        public void process(Exchange exchange) {
            SEEN.set(exchange.getMessage().getBody(String.class));
        }
    }

    @Test
    void aStepAfterTheRelayFindsTheAnswersFirstBytes() {
        String relay = "                  ref: relay\n";
        String deployment = Routes.read("deployment.camel.yaml");
        assertTrue(deployment.contains(relay));
        try (RunningGateway gateway =
                RunningGateway.with(RunningGateway.single(upstream), Map.of("gateway.answer.copy", "20"),
                Map.of("deployment.camel.yaml", deployment.replace(relay, relay
                        + "              - process: {ref: '#class:" + Remember.class.getName() + "'}\n")))) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("only", false));
            // The step runs after the relay: the client may have its answer before.
            await().untilAsserted(() -> assertEquals("{\"id\":\"chatcmpl-1\",\"", SEEN.get()));
            upstream.does((request, line) -> line.stream("a", "b"));
            gateway.post("/v1/chat/completions", RunningGateway.chat("only", true));
            await().untilAsserted(() -> assertEquals("data: {\"id\":\"chatcmp", SEEN.get()));
        }
    }

    /** The other way round. */
    public static final class LastFirst implements RoutingStrategy {
        @Override
        public java.util.List<Deployment> arrange(java.util.List<Deployment> deployments) {
            java.util.List<Deployment> reversed = new java.util.ArrayList<>(deployments);
            java.util.Collections.reverse(reversed);
            return reversed;
        }
    }

    @Test
    void aBeanReplacesTheRoutingStrategy() {
        String config = """
                model_list:
                  - {model_name: pair, litellm_params: {model: openai/a, api_base: '%1$s'}, model_info: {id: first}}
                  - {model_name: pair, litellm_params: {model: openai/b, api_base: '%1$s'}, model_info: {id: second}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl());
        String beans = "- beans:\n    - {name: routingStrategy, type: \"" + LastFirst.class.getName() + "\"}\n";
        try (RunningGateway gateway = RunningGateway.with(config, Map.of(), Map.of("own.camel.yaml", beans))) {
            for (int i = 0; i < 10; i++) {
                assertEquals("second", gateway.post("/v1/chat/completions", RunningGateway.chat("pair", false))
                        .headers().firstValue("x-litellm-model-id").orElse(""));
            }
        }
    }
}
