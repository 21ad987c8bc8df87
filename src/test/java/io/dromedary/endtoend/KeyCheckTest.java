package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.UnauthorizedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/** One key opens the gateway, in any of the headers that clients use, and nothing is done without it. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class KeyCheckTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream)
            .replace("general_settings: {", "general_settings: {litellm_key_header_name: X-Team-Key, "
                    + "allow_requests_on_db_unavailable: true, "));

    private int chatWith(String... headers) {
        HttpRequest.Builder request = gateway.request("/v1/chat/completions", headers)
                .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("only", false)));
        return gateway.send(request.build()).statusCode();
    }

    @ParameterizedTest
    @CsvSource({"Authorization,'Bearer '", "authorization,'bearer '", "x-api-key,''", "api-key,''",
            "x-litellm-api-key,''",
        "x-litellm-api-key,'Bearer '", "X-Team-Key,''", "x-team-key,'Bearer '"})
    void theKeyIsTakenFromEachOfTheseHeaders(String header, String prefix) {
        assertEquals(200, chatWith(header, prefix + RunningGateway.KEY));
        assertEquals(401, chatWith(header, prefix + RunningGateway.KEY + "x"));
        assertEquals(401, chatWith(header, prefix + RunningGateway.KEY.substring(1)));
    }

    @Test
    void theFirstHeaderThatIsThereDecides() {
        assertEquals(401, chatWith("Authorization", "Bearer wrong", "x-api-key", RunningGateway.KEY));
        assertEquals(200, chatWith("Authorization", "Bearer wrong", "x-litellm-api-key", RunningGateway.KEY));
    }

    @Test
    void aKeyWithoutBearerIsRefusedWithAHint() {
        assertEquals(401, chatWith("Authorization", RunningGateway.KEY));
    }

    @Test
    void theOfficialClientRaisesItsOwnException() {
        var stranger = OpenAIOkHttpClient.builder().baseUrl(gateway.url("/v1")).apiKey("sk-stranger").maxRetries(0)
                .build();
        UnauthorizedException refused = assertThrows(UnauthorizedException.class, () -> stranger.models().list());
        assertEquals("invalid_api_key", refused.code().orElse(""));
        assertFalse(refused.getMessage().contains("sk-stranger"));
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"/v1/models", "/v1/chat/completions", "/health", "/model/info", "/nowhere", "/health/../v1/models",
        "/health/liveliness/../../v1/models", "//v1/models", "/V1/models"})
    void noPathButThePublicOnesOpensWithoutTheKey(String path) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").readAll();
            assertTrue(answer.startsWith("HTTP/1.1 401"), answer);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/health/liveliness", "/health/liveness", "/health/readiness"})
    void thePublicPathsNeedNoKey(String path) {
        assertEquals(200, gateway.send(gateway.request(path).build()).statusCode());
    }

    @Test
    void theRefusalComesOnTheHeadBeforeAnyOfTheBodyIsSent() throws Exception {
        int before = upstream.received().size();
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n");
            String answer = client.readUntil("\"code\":\"invalid_api_key\"}}");
            assertTrue(answer.startsWith("HTTP/1.1 401"), answer);
        }
        assertEquals(before, upstream.received().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Connection: close\r\n"})
    void aClientThatSendsItsBodyAllTheSameSeesTheRefusalAndNoReset(String header) throws Exception {
        String body = "x".repeat(500_000);
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n" + header + "Content-Length: "
                    + body.length()
                    + "\r\n\r\n");
            client.send(body);
            assertTrue(client.readAll().contains("invalid_api_key"));
        }
    }

    @Test
    void aBodyWithoutEndIsNotReadForEver() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            client.send("POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
            client.readUntil("invalid_api_key\"}}");
            String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
            boolean closed = false;
            for (int i = 0; i < 400 && !closed; i++) {
                try {
                    client.send(chunk);
                } catch (java.io.IOException e) {
                    closed = true;
                }
            }
            assertTrue(closed, "the gateway closes the connection after a bounded number of bytes");
        }
    }

    @Test
    void aRefusalCarriesTheClientsOwnCallId() {
        var answer = gateway.send(gateway.request("/v1/models", "x-litellm-call-id", "mine").build());
        assertEquals(401, answer.statusCode());
        assertEquals("mine", answer.headers().firstValue("x-litellm-call-id").orElse(""));
    }

    @Test
    void aRouteThatSomebodyAddsIsClosedWithoutTheKey() {
        String route = """
                - route:
                    id: added
                    from:
                      uri: platform-http:/added
                      steps:
                        - setBody: {constant: "open"}
                """;
        try (RunningGateway other = RunningGateway.with(RunningGateway.single(upstream), java.util.Map.of(),
                java.util.Map.of("added.camel.yaml", route))) {
            assertEquals(401, other.send(other.request("/added").build()).statusCode());
            assertEquals("open", other.get("/added").body());
        }
    }
}
