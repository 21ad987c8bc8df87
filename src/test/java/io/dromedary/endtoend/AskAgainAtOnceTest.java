package io.dromedary.endtoend;

import static io.dromedary.harness.RunningGateway.chat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What a request has reserved is free when its client has the answer, however long the routes go on. */
@TestInstance(Lifecycle.PER_CLASS)
class AskAgainAtOnceTest {

    private static final String KEY = "sk-shop-0000000000000000";
    private static final String SPEAKER = "sk-speaker-000000000000";
    private static final String READER = "sk-reader-0000000000000";
    private static final String HOLDER = "sk-holder-0000000000000";
    private static final String DELAY = "delay: {expression: {constant: {expression: \"3000\"}}}";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: only
                litellm_params: {model: openai/up, api_base: '%s', input_cost_per_token: 0.5,
                                 output_cost_per_token: 0.5}
              - model_name: voice
                litellm_params: {model: openai/voice, api_base: '%s', input_cost_per_request: 0.25}
                model_info: {mode: audio_speech}
            litellm_settings: {num_retries: 0}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            virtual_keys:
              - {key_alias: shop, key: %s, max_budget: 1000, max_parallel_requests: 1}
              - {key_alias: speaker, key: %s, max_budget: 1}
              - {key_alias: reader, key: %s, max_budget: 1000}
              - {key_alias: holder, key: %s, max_parallel_requests: 1}
            """.formatted(upstream.baseUrl(), upstream.baseUrl(), KEY, SPEAKER, READER, HOLDER),
            Map.of("gateway.keys.answer-tokens", "2000"), Map.of(
            "gateway.camel.yaml", beforeTheEnd(Routes.read("gateway.camel.yaml")),
            "errors.camel.yaml", Routes.read("errors.camel.yaml") + "            - " + DELAY + "\n"));

    private static String beforeTheEnd(String routes) {
        String stop = "        - stop:\n            id: request-is-over\n";
        assertTrue(routes.contains(stop), "the route that ends each request");
        return routes.replace(stop, "        - " + DELAY + "\n" + stop);
    }

    private HttpResponse<String> ask(String path, String key, String body) {
        return gateway.send(gateway.request(path, "Authorization", "Bearer " + key,
                "Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build());
    }

    private Socket write(String key, String body) throws IOException {
        Socket socket = new Socket("127.0.0.1", gateway.port());
        socket.getOutputStream().write(("POST /v1/chat/completions HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @ParameterizedTest
    @CsvSource({"200, false", "200, true", "400, false", "400, true"})
    void theNextRequestFindsThePlaceAndTheBudgetFree(int status, boolean stream) {
        upstream.does((request, line) -> {
            if (status != 200) {
                line.json(status, "{\"error\":{\"message\":\"no\"}}");
            } else if (stream) {
                line.stream("x");
            } else {
                line.json(200, Replies.chat("x"));
            }
        });
        for (int i = 0; i < 2; i++) {
            HttpResponse<String> answer = ask("/v1/chat/completions", KEY, chat("only", stream));
            assertEquals(status, answer.statusCode(), answer.body());
        }
    }

    /** Often, since it is a race: without care one in ten is refused. */
    @Test
    void aClientOfAStreamGoesOnAtItsLastEvent() throws Exception {
        upstream.does((request, line) -> {
            line.streamHead();
            for (int i = 0; i < 3; i++) {
                Thread.sleep(3);
                line.event(Replies.chunk("x"));
            }
            Thread.sleep(3);
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        for (int i = 0; i < 150; i++) {
            try (Socket socket = write(READER, chat("only", true));
                    BufferedReader in = new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
                assertEquals("HTTP/1.1 200 OK", in.readLine(), "request " + i);
                assertTrue(in.lines().anyMatch("data: [DONE]"::equals));
            }
        }
    }

    @Test
    void whatIsPassedOnUnreadIsChargedToo() {
        upstream.does((request, line) -> line.raw("HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n").chunk("ID3").endOfChunks());
        String body = "{\"model\":\"voice\",\"input\":\"a\",\"voice\":\"b\"}";
        for (int i = 0; i < 4; i++) {
            assertEquals(200, ask("/v1/audio/speech", SPEAKER, body).statusCode());
        }
        assertEquals(429, ask("/v1/audio/speech", SPEAKER, body).statusCode());
    }

    @Test
    void anAnswerThatIsStillTakenKeepsItsPlace() throws Exception {
        upstream.does((request, line) -> line.json(200, Replies.chat("x".repeat(8 * 1024 * 1024))));
        try (Socket socket = write(HOLDER, chat("only", false))) {
            assertEquals('H', socket.getInputStream().read(), "the first byte of the answer");
            assertEquals(429, ask("/v1/chat/completions", HOLDER, chat("only", false)).statusCode());
        }
    }
}
