package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A probe is asked as a call is: over the same connections, through the same proxy, with the same headers. */
class ProbeTest {

    private static final String ROUTE_KEY = """
            - routeConfiguration:
                interceptFrom:
                  - interceptFrom:
                      uri: direct:deployment-*
                      steps:
                        - setProperty: {name: upstream.header.Authorization, constant: Token of-the-route}
            """;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final AtomicBoolean down = new AtomicBoolean(true);

    private RunningGateway gateway(String parameters, Map<String, String> routes, Map<String, String> variables) {
        return RunningGateway.with("""
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/a, api_base: '%s'%s}
                router_settings: {cooldown_time: 0.1}
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(upstream.baseUrl(), parameters), Map.of(), routes, variables);
    }

    /** Refuses all that comes without this header, as a provider does; says 503 to chats while it is down. */
    private void wants(String header, String value) {
        upstream.does((request, line) -> {
            if (!value.equals(request.headers().get(header))) {
                line.json(401, Replies.error("no key", "invalid_request_error", "invalid_api_key"));
            } else if (request.method().equals("GET")) {
                line.json(200, "{\"data\":[]}");
            } else if (down.get()) {
                line.json(503, Replies.error("loading", "server_error", "x"));
            } else {
                line.json(200, Replies.chat("back"));
            }
        });
    }

    private static String ask(RunningGateway gateway) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).body();
    }

    private void opensAndCloses(RunningGateway gateway) {
        for (int i = 0; i < 3; i++) {
            assertTrue(ask(gateway).contains("loading"));
        }
        down.set(false);
        await().atMost(Duration.ofSeconds(20)).until(() -> ask(gateway).contains("back"));
        assertTrue(upstream.received().stream().anyMatch(request -> request.method().equals("GET")),
                "a probe came first");
    }

    @Test
    void extraHeadersComeBeforeTheKeyInAProbeToo() {
        wants("Authorization", "Basic of-the-extra-headers");
        try (RunningGateway gateway = gateway(", api_key: sk-other-key-0815, extra_headers: {authorization: "
                + "Basic of-the-extra-headers}", Map.of(), Map.of())) {
            opensAndCloses(gateway);
        }
    }

    @Test
    void aHeaderThatOnlyARouteKnowsIsSentWithAProbe() {
        wants("Authorization", "Token of-the-route");
        try (RunningGateway gateway = gateway("", Map.of("own.camel.yaml", ROUTE_KEY), Map.of())) {
            opensAndCloses(gateway);
        }
    }

    @Test
    void callsAndProbesGoThroughTheProxyOfTheEnvironmentWithItsUserAndPassword() {
        // The fake upstream is the proxy here: what is asked of it is the whole URL of a host that does not exist.
        wants("Proxy-Authorization", "Basic YW5uOnAgdw==");
        try (RunningGateway gateway = RunningGateway.with("""
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/a, api_base: 'http://nowhere.invalid:81/v1'}
                router_settings: {cooldown_time: 0.1}
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """, Map.of(), Map.of(), Map.of("HTTP_PROXY", "http://ann:p%20w@127.0.0.1:" + upstream.port()))) {
            opensAndCloses(gateway);
            assertEquals("http://nowhere.invalid:81/v1/chat/completions", upstream.posts().get(0).path());
            assertTrue(upstream.received().stream().anyMatch(request -> request.method().equals("GET")
                    && request.path().equals("http://nowhere.invalid:81/v1/models")));
        }
    }

    @Test
    void aHostThatIsCalledAsServicesOfComposeAreIsAsked() {
        down.set(false);
        upstream.does((request, line) -> line.json(200, Replies.chat("hello")));
        try (RunningGateway gateway = RunningGateway.with("""
                model_list:
                  - {model_name: one, litellm_params: {model: openai/a, api_base: 'http://my_vllm:81/v1'}}
                  - {model_name: two, litellm_params: {model: openai/a, api_base: 'http://llama-3.2-1b:81/v1'}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """, Map.of(), Map.of(), Map.of("HTTP_PROXY", "http://127.0.0.1:" + upstream.port()))) {
            for (String model : new String[] {"one", "two"}) {
                assertEquals(200,
                        gateway.post("/v1/chat/completions", RunningGateway.chat(model, false)).statusCode());
            }
            assertEquals("http://my_vllm:81/v1/chat/completions", upstream.posts().get(0).path());
            assertEquals("http://llama-3.2-1b:81/v1/chat/completions", upstream.posts().get(1).path());
            assertEquals("llama-3.2-1b:81", upstream.posts().get(1).headers().get("Host"));
        }
    }

    @Test
    void aHostOfNoProxyIsAskedDirectly() {
        down.set(false);
        upstream.does((request, line) -> line.json(200, Replies.chat("direct")));
        try (RunningGateway gateway = gateway("", Map.of(),
                Map.of("HTTP_PROXY", "http://127.0.0.1:9", "NO_PROXY", "example.org, 127.0.0.1"))) {
            assertTrue(ask(gateway).contains("direct"));
        }
    }

    @Test
    void anUpstreamWithTlsIsAskedThroughATunnelThatKnowsTheUser() {
        upstream.does((request, line) -> line.whole(407, "text/plain", "who are you"));
        try (RunningGateway gateway = RunningGateway.with("""
                model_list:
                  - model_name: only
                    litellm_params: {model: openai/a, api_base: 'https://nowhere.invalid/v1', api_key: sk-secret-0815}
                litellm_settings: {num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """, Map.of(), Map.of(), Map.of("HTTPS_PROXY", "ann:secret@127.0.0.1:" + upstream.port()))) {
            String answer = ask(gateway);
            assertTrue(answer.contains("upstream_unavailable"), answer);
            FakeUpstream.Received tunnel = upstream.last();
            assertEquals("CONNECT nowhere.invalid:443", tunnel.method() + " " + tunnel.path());
            assertEquals("Basic YW5uOnNlY3JldA==", tunnel.headers().get("Proxy-Authorization"));
        }
    }
}
