package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.RunningGateway;

/** What nobody would send by mistake: it is answered or refused, and the next request is served as ever. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class HostileInputTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream),
            Map.of("gateway.request.max-bytes", "80000000",
            "gateway.memory.bytes", "400000000"));

    @AfterEach
    void theNextRequestIsServed() {
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
    }

    @Test
    void aThousandHeadersAreTooMany() throws Exception {
        String headers = IntStream.range(0, 2000).mapToObj(i -> "X-" + i + ": " + "y".repeat(20) + "\r\n")
                .collect(Collectors.joining());
        try (RawClient client = new RawClient(gateway.port())) {
            assertTrue(client.send("GET /health/liveness HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n").readAll()
                    .startsWith("HTTP/1.1 431"));
        }
    }

    @Test
    void tenThousandParametersSteerNothing() throws Exception {
        String query = IntStream.range(0, 700).mapToObj(i -> "CamelHttp" + i + "=" + i)
                .collect(Collectors.joining("&"));
        HttpResponse<String> answer =
                gateway.post("/v1/chat/completions?" + query.substring(0, 7000), RunningGateway.chat("only", false));
        assertEquals(200, answer.statusCode());
        assertEquals("/v1/chat/completions", upstream.last().path());
        String tooMany = IntStream.range(0, 10_000).mapToObj(i -> "p" + i + "=1").collect(Collectors.joining("&"));
        try (RawClient client = new RawClient(gateway.port())) {
            assertTrue(client.send("GET /v1/models?" + tooMany + " HTTP/1.1\r\nHost: x\r\n\r\n").readAll()
                    .contains(" 414 "));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_000, 100_000})
    void deepNestingIsRefused(int depth) {
        String body = "{\"model\":\"only\",\"messages\":[{\"role\":\"user\",\"content\":" + "[".repeat(depth)
                + "]".repeat(depth) + "}]}";
        assertEquals(400, gateway.post("/v1/chat/completions", body).statusCode());
    }

    @Test
    void nestingThatServersTakeIsNot() {
        String body = "{\"model\":\"only\",\"messages\":[{\"role\":\"user\",\"content\":" + "[".repeat(900)
                + "]".repeat(900) + "}]}";
        assertEquals(200, gateway.post("/v1/chat/completions", body).statusCode());
    }

    @Test
    void aStringOfFiftyMegabytesGoesThrough() {
        String body = RunningGateway.chat("only", false).replace("hi", "x".repeat(50_000_000));
        assertEquals(200, gateway.post("/v1/chat/completions", body).statusCode());
        assertEquals(body.length() - "only".length() + "upstream-name".length(), upstream.last().body().length);
        upstream.received().clear();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"model\":\"only\",\"model\":\"other\",\"messages\":[{}]}",
            "{\"model\":\"only\",\"mod\\u0065l\":\"x\",\"messages\":[{}]}",
        "{\"model\":\"only\",\"messages\":[{}],\"messages\":[]}"})
    void aFieldHasOneMeaningForRouterAndUpstream(String body) {
        int before = upstream.received().size();
        assertEquals(400, gateway.post("/v1/chat/completions", body).statusCode());
        assertEquals(before, upstream.received().size());
    }

    @Test
    void aNulByteInAStringIsTextAndOneOutsideIsNot() {
        assertEquals(200, gateway.post("/v1/chat/completions",
                RunningGateway.chat("only", false).replace("hi", "a\\u0000b")).statusCode());
        assertEquals(400, gateway.post("/v1/chat/completions",
                RunningGateway.chat("only", false).replace("hi", "a\u0000b")).statusCode());
        assertEquals(400,
                gateway.post("/v1/chat/completions", RunningGateway.chat("only", false) + "\u0000").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{env:HOME}}", "${env:HOME}", "{{bean:gateway}}", "${bean:gateway.settings}",
            "${header.Authorization}", "#bean:gateway",
        "{{?x}}", "${sys:user.dir}"})
    void nothingThatLooksLikeAnExpressionIsEvaluated(String expression) {
        String escaped = expression.replace("\"", "\\\"");
        String body = RunningGateway.chat("only", false).replace("hi", escaped);
        HttpResponse<String> answer =
                gateway.post("/v1/chat/completions", body, "X-Evil", expression, "x-litellm-call-id",
                expression.replace(" ", ""));
        assertEquals(200, answer.statusCode());
        assertTrue(upstream.last().text().contains(escaped), upstream.last().text());
        assertEquals(expression, answer.headers().firstValue("x-litellm-call-id").orElse(""));
        HttpResponse<String> unknown = gateway.post("/v1/chat/completions", RunningGateway.chat(escaped, false));
        assertTrue(unknown.body().contains("`" + escaped + "`"), unknown.body());
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"CamelHttpUri", "camelhttpuri", "CAMELHTTPPATH", "CamelHttpMethod", "CamelHttpQuery", "CamelRestHttpUri",
        "CamelBeanMethodName", "CAmelHttpResponseCode", "CamelFileName"})
    void noHeaderSteersCamel(String header) {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions?" + header + "=http%3A%2F%2F127.0.0.1%3A1",
                RunningGateway.chat("only", false),
                header, "http://127.0.0.1:1/x");
        assertEquals(200, answer.statusCode());
        assertFalse(upstream.last().headers().containsKey(header));
        assertTrue(answer.headers().firstValue(header).isEmpty());
    }

    @Test
    void noKeyIsEchoed() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String body = RunningGateway.chat("only", false);
            String answer = client.send("POST /v1/chat/completions?key=" + RunningGateway.KEY
                    + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                    + RunningGateway.KEY + "\r\nx-api-key: " + RunningGateway.KEY + "\r\ncookie: k="
                    + RunningGateway.KEY
                    + "\r\nConnection: close\r\ncontent-length: " + body.length() + "\r\n\r\n" + body).readAll();
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            assertFalse(answer.contains(RunningGateway.KEY), answer);
        }
    }
}
