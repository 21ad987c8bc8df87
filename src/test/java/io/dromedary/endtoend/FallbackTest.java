package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Transcripts;

/** When the next deployment is asked, and when the answer is the client's own. */
@Timeout(60)
class FallbackTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream()
            .does((request, line) -> line.json(200, Replies.chat("from the cloud")));
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud),
            Map.of("gateway.timeout.response", "400", "gateway.timeout.body", "300", "gateway.answer.max-bytes",
            "100000"));

    private HttpResponse<String> ask() {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
    }

    private void assertFromTheCloud(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("from the cloud"), answer.body());
        assertEquals("cloud-id", answer.headers().firstValue("x-litellm-model-id").orElse(""));
        assertEquals("cloud", answer.headers().firstValue("x-litellm-model-group").orElse(""));
        assertEquals("1", answer.headers().firstValue("x-litellm-attempted-fallbacks").orElse(""));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 402, 403, 404, 408, 409, 429, 500, 502, 503, 504, 529})
    void theseStatusesAreTheDeploymentsAndTheCloudAnswers(int status) {
        local.does((request, line) -> line.json(status, Replies.error("no", "server_error", "x")));
        assertFromTheCloud(ask());
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 413, 415, 422})
    void theseStatusesAreTheClientsAndItGetsThemOnce(int status) {
        local.does((request, line) ->
                line.json(status, Replies.error("your mistake", "invalid_request_error", "my_code")));
        HttpResponse<String> answer = ask();
        assertEquals(status, answer.statusCode());
        assertTrue(answer.body().contains("your mistake") && answer.body().contains("\"code\":\"my_code\""),
                answer.body());
        assertEquals(1, local.posts().size());
        assertTrue(cloud.posts().isEmpty());
    }

    @Test
    void aRefusedConnectionGoesToTheCloud() {
        local.refuses();
        assertFromTheCloud(ask());
    }

    @Test
    void aResetGoesToTheCloud() {
        local.does((request, line) -> line.reset());
        assertFromTheCloud(ask());
    }

    @Test
    void anUpstreamThatIsSilentGoesToTheCloudWhenItsClockRunsOut() {
        local.does((request, line) -> line.awaitClosed());
        assertFromTheCloud(ask());
    }

    @Test
    void anAnswerThatStopsHalfWayGoesToTheCloud() {
        local.does((request, line) -> line.raw("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"choices\":")
                .awaitClosed());
        assertFromTheCloud(ask());
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"", "<html>Sign in</html>", "[]", "{}", "{\"choices\":[]}", "{\"choices\":[", "null", "\"text\"",
        "{\"error\":{\"message\":\"overloaded\",\"code\":503}}", "{\"error\":\"out of memory\"}", "{} {}"})
    void anAnswerThatIsNoneGoesToTheCloud(String body) {
        local.does((request, line) -> line.json(200, body));
        assertFromTheCloud(ask());
    }

    @Test
    void anAnswerThatIsTooLongGoesToTheCloud() {
        local.does((request, line) -> line.json(200, Replies.chat("x".repeat(200_000))));
        assertFromTheCloud(ask());
    }

    @Test
    void aRedirectIsNotFollowed() {
        local.does((request, line) -> line.whole(302, "text/plain", "", "Location: " + cloud.baseUrl() + "/stolen"));
        assertFromTheCloud(ask());
        assertTrue(cloud.posts().stream().noneMatch(request -> request.path().contains("stolen")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"25-chat-tools-stream", "27-chat-n-2", "28-chat-vision-part", "72-err-bad-role",
            "58-chat-on-embed-server"})
    void whatALlamaServerBlamesOnItselfGoesOnAndNeverOpensItsBreaker(String transcript) {
        local.does((request, line) -> line.raw(Transcripts.reply(transcript)));
        for (int i = 0; i < 12; i++) {
            assertFromTheCloud(ask());
        }
        assertEquals(12, local.posts().size(), "the breaker stayed closed");
    }

    @Test
    void aloneALlamaServersRefusalIsTheClientsOwn400InItsWords() {
        cloud.does((request, line) -> line.raw(Transcripts.reply("27-chat-n-2")));
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("Only one completion choice is allowed"), answer.body());
        assertTrue(answer.body().contains("\"code\":\"400\""), "its code is a text: " + answer.body());
    }

    @Test
    void anEmbeddingThatIsTooLongDoesNotOpenTheBreaker() {
        cloud.does((request, line) -> line.raw(Transcripts.reply("59-embed-too-long")));
        for (int i = 0; i < 12; i++) {
            assertEquals(400, gateway.post("/v1/embeddings", "{\"model\":\"embed\",\"input\":\"hello\"}").statusCode());
        }
        assertEquals(12, cloud.posts().size());
    }

    @Test
    void aNumericErrorCodeIsMended() {
        local.does((request, line) -> line.raw(Transcripts.reply("65-err-context-overflow")));
        HttpResponse<String> answer = ask();
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("\"code\":\"context_length_exceeded\""), answer.body());
        assertTrue(answer.body().contains("\"param\":null"), answer.body());
    }

    @Test
    void theLastAttemptDecidesTheStatusAndTheMessageNamesEachAttempt() {
        local.does((request, line) -> line.json(500, Replies.error("first broke", "server_error", "x")));
        cloud.does((request, line) -> line.json(429, Replies.error("slow down", "requests", "rate_limit_exceeded"),
                "Retry-After: 7"));
        HttpResponse<String> answer = ask();
        assertEquals(429, answer.statusCode());
        assertTrue(answer.body().contains("local: status 500, first broke"), answer.body());
        assertTrue(answer.body().contains("cloud: status 429, slow down"), answer.body());
        assertEquals("7", answer.headers().firstValue("Retry-After").orElse(""));
    }

    @Test
    void bothUpstreamsDownIs502WithinTheConnectTimeoutsAndTellsNoAddress() {
        local.refuses();
        cloud.refuses();
        HttpResponse<String> answer = ask();
        assertEquals(502, answer.statusCode());
        assertTrue(answer.body().contains("local: connection refused; cloud: connection refused"), answer.body());
        assertFalse(answer.body().contains("127.0.0.1"), answer.body());
    }

    @Test
    void aClockIs504() {
        cloud.does((request, line) -> line.awaitClosed());
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        assertEquals(504, answer.statusCode());
        assertTrue(answer.body().contains("no answer within 400 ms"), answer.body());
    }

    @Test
    void aRefusedKeyNamesTheDeploymentAndNotTheKey() {
        cloud.does((request, line) -> line.json(401,
                Replies.error("Incorrect API key provided: sk-cloud-key-0815", "invalid_request_error",
                "invalid_api_key")));
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("cloud-id"), answer.body());
        assertFalse(answer.body().contains("sk-cloud"), answer.body());
    }

    @Test
    void noFieldOfAnErrorCarriesTheKeyTheHeadersOrTheAddress() {
        cloud.does((request, line) -> line.json(400,
                ("{\"error\":{\"message\":\"%s at %s\",\"type\":\"%s\",\"param\":\"%s\",\"code\":\"%s\"}}")
                .formatted("x".repeat(1995) + request.headers().get("Authorization"), request.headers().get("Host"),
                        request.headers().get("Authorization"), request.headers().get("Authorization"),
                        request.headers().get("Host"))));
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        assertEquals(400, answer.statusCode());
        assertFalse(answer.body().contains("sk-c") || answer.body().contains("127.0.0.1"), answer.body());
    }

    @Test
    void theLastUpstreamsRateLimitsAndItsRetryAfterReachTheClientWithTheError() {
        cloud.does((request, line) -> line.json(429, Replies.error("slow", "requests", "rate_limit_exceeded"),
                "x-ratelimit-remaining-requests: 0", "Retry-After: Wed, 21 Oct 2037 07:28:00 GMT",
                "x-ratelimit-a=b: 1"));
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        assertEquals(429, answer.statusCode());
        assertEquals("0", answer.headers().firstValue("x-ratelimit-remaining-requests").orElse(""));
        assertEquals("Wed, 21 Oct 2037 07:28:00 GMT", answer.headers().firstValue("Retry-After").orElse(""));
    }

    @Test
    void aHeaderNameThatIsNoneDoesNotSpoilTheAnswer() {
        cloud.does((request, line) -> line.json(200, Replies.chat("fine"), "x-ratelimit-a=b: 1"));
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false)).body().contains("fine"));
    }

    @Test
    void aRequestOfWhichAnAnswerHasBegunIsNotSentAgain() {
        local.does((request, line) -> line.json(200, Replies.chat("one")));
        ask();
        local.does((request, line) -> line.raw("HTTP/1.1 200 OK\r\nContent-Ty").reset());
        assertFromTheCloud(ask());
        assertEquals(2, local.posts().size());
    }

    @Test
    void aKeptConnectionThatDiedIsReplacedWithoutAnAttempt() {
        local.does((request, line) -> line.json(200, Replies.chat("one")));
        ask();
        local.dropConnections();
        HttpResponse<String> answer = ask();
        assertTrue(answer.body().contains("one"), answer.body());
        assertEquals("1", answer.headers().firstValue("x-dromedary-attempts").orElse(""));
        assertTrue(cloud.posts().isEmpty());
    }

    @Test
    void aConnectionThatWasNewIsNotTriedAgain() {
        local.does((request, line) -> line.hangUp());
        assertFromTheCloud(ask());
        assertEquals(1, local.posts().size());
    }
}
