package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Clients are told when a retry cannot help, when it can, and under which id a request is known. */
@Timeout(60)
class RetryAdviceTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream)
            .replace("model_name: only", "model_name: 'only*'")
            .replace("openai/upstream-name", "'openai/*'"),
            Map.of("gateway.breaker.trickle", "1"));

    private HttpResponse<String> ask() {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("only-me", false));
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void aWrongKeyIsNotTriedAgain() {
        HttpResponse<String> answer =
                gateway.send(gateway.request("/v1/chat/completions").header("Authorization", "Bearer sk-wrong")
                .POST(HttpRequest.BodyPublishers.ofString("{}")).build());
        assertEquals(401, answer.statusCode());
        assertEquals("false", header(answer, "x-should-retry"));
        assertEquals(header(answer, "x-litellm-call-id"), header(answer, "x-request-id"));
    }

    @ParameterizedTest
    @CsvSource({"400,false", "401,false", "403,false", "404,false", "422,false", "429,''", "500,''", "503,''"})
    void onlyErrorsThatARetryMayMendAreTriedAgain(int status, String advice) {
        upstream.does((request, line) -> line.json(status, Replies.error("no", "x", "x"), "retry-after-ms: 1500"));
        HttpResponse<String> answer = ask();
        assertEquals(status, answer.statusCode());
        assertEquals(advice, header(answer, "x-should-retry"));
        assertEquals("1500", header(answer, "retry-after-ms"));
    }

    @Test
    void aRequestThatNeverFitsIsNotTriedAgainThoughItsStatusIs429() {
        upstream.does((request, line) ->
                line.json(429, Replies.error("Request too large for x", "tokens", "rate_limit_exceeded")));
        HttpResponse<String> answer = ask();
        assertEquals(429, answer.statusCode());
        assertEquals("false", header(answer, "x-should-retry"));
    }

    @Test
    void anAnswerHasTheIdOfItsRequest() {
        HttpResponse<String> answer = ask();
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(header(answer, "x-litellm-call-id"), header(answer, "x-request-id"));
        assertTrue(!header(answer, "x-request-id").isEmpty());
    }

    @Test
    void aWildcardIsNeverAskedForAModelWithoutAName() {
        for (String model : new String[] {"\"model\":\"\",", "\"model\":null,", ""}) {
            HttpResponse<String> answer =
                    gateway.post("/v1/chat/completions", "{" + model + "\"messages\":[{\"role\":\"user\"}]}");
            assertEquals(400, answer.statusCode(), answer.body());
        }
        assertEquals(404, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
        assertEquals(0, upstream.posts().size());
    }
}
