package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What of a request's head goes upstream, and what of an answer's head comes to the client. */
@TestInstance(Lifecycle.PER_CLASS)
class HeaderHygieneTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud).replace(
            "api_key: sk-cloud-key-0815}\n    model_info: {id: cloud-id}",
            "api_key: sk-cloud-key-0815, extra_headers: {X-Title: our app}}\n    model_info: {id: cloud-id}"));

    @BeforeEach
    void answerWithHeaders() {
        FakeUpstream.Behaviour answer =
                (request, line) -> line.json(200, Replies.chat("x"), "Set-Cookie: a=b", "Server: secret",
                "X-Internal: 10.0.0.1", "x-ratelimit-remaining-requests: 9", "x-ratelimit-limit-tokens: 100");
        local.does(answer);
        cloud.does(answer);
    }

    private static final String[] CLIENT_HEADERS =
            {"x-trace-id", "t", "Cookie", "c=1", "x-api-key", "k", "User-Agent", "me",
        "CamelHttpPath", "/etc/passwd", "CamelHttpUri", "http://127.0.0.1:1/", "camelhttpmethod", "GET",
        "X-Forwarded-For", "1.2.3.4",
        "Accept-Encoding", "gzip", "x-litellm-call-id", "call-42"};

    @Test
    void nothingOfTheClientsHeadersGoesUpstream() {
        gateway.post("/v1/chat/completions?CamelHttpQuery=a%3Db&x=1", RunningGateway.chat("local", false),
                CLIENT_HEADERS);
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        names.addAll(local.last().headers().keySet());
        assertEquals(new TreeSet<>(
                List.of("Accept", "Connection", "Content-Length", "Content-Type", "Host", "User-Agent")),
                new TreeSet<>(names));
        assertTrue(local.last().headers().get("User-Agent").startsWith("dromedary/"));
        assertEquals("/v1/chat/completions", local.last().path());
    }

    @Test
    void aKeylessDeploymentGetsNoKeyAndAKeyedOneItsOwn() {
        gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
        assertFalse(local.last().headers().containsKey("Authorization"));
        gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false));
        assertEquals("Bearer sk-cloud-key-0815", cloud.last().headers().get("Authorization"));
        assertEquals("our app", cloud.last().headers().get("X-Title"));
    }

    @Test
    void theClientSeesTheRateLimitsAndNothingElseOfTheUpstreams() {
        HttpResponse<String> answer =
                gateway.post("/v1/chat/completions?echo=1", RunningGateway.chat("local", false), CLIENT_HEADERS);
        Map<String, List<String>> headers = answer.headers().map();
        Set<String> names = new TreeSet<>(headers.keySet());
        assertEquals(new TreeSet<>(Set.of("access-control-allow-origin", "content-length", "content-type",
                "x-dromedary-attempts", "x-litellm-attempted-fallbacks", "x-litellm-attempted-retries",
                "x-litellm-call-id",
                "x-litellm-model-group", "x-litellm-model-id", "x-litellm-response-duration-ms", "x-litellm-version",
                "x-ratelimit-limit-tokens", "x-ratelimit-remaining-requests", "x-request-id")), names);
        assertEquals(List.of("call-42"), headers.get("x-litellm-call-id"));
        assertEquals(List.of("0"), headers.get("x-litellm-attempted-fallbacks"));
        assertEquals(List.of("local-id"), headers.get("x-litellm-model-id"));
    }

    @Test
    void allHeadersTogetherFitIntoAProxysBuffer() {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat("local", false));
        int size = answer.headers().map().entrySet().stream()
                .mapToInt(entry -> entry.getKey().length() + entry.getValue().toString().length()).sum();
        assertTrue(size < 4096, "size is " + size);
    }

    @Test
    void streamsAndErrorsTellTheSame() {
        local.does((request, line) -> line.stream("a"));
        HttpResponse<String> stream = gateway.post("/v1/chat/completions", RunningGateway.chat("local", true),
                "x-litellm-call-id", "mine");
        assertEquals("mine", stream.headers().firstValue("x-litellm-call-id").orElse(""));
        assertEquals("local", stream.headers().firstValue("x-litellm-model-group").orElse(""));
        HttpResponse<String> error = gateway.post("/v1/chat/completions", "{", "x-litellm-call-id", "mine");
        assertEquals("mine", error.headers().firstValue("x-litellm-call-id").orElse(""));
        assertEquals(400, error.statusCode());
    }

    @Test
    void aClientsPlaceholdersAreNeverEvaluated() throws Exception {
        String evil = "{{env:HOME}}${bean:gateway}{{bean:gateway.settings}}";
        String body = "{\"model\":\"" + evil + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + evil + "\"}]}";
        HttpResponse<String> answer = gateway.post("/v1/chat/completions?q=%7B%7Benv:HOME%7D%7D", body, "x-evil", evil);
        assertEquals(404, answer.statusCode());
        assertTrue(answer.body().contains("The model `" + evil + "` does not exist"), answer.body());
        gateway.post("/v1/chat/completions", body.replace("\"model\":\"" + evil, "\"model\":\"local"));
        assertTrue(local.last().text().contains(evil));
    }

    @Test
    void aCallIdThatCouldBreakAHeaderIsReplaced() throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String answer = client.send("GET /health/liveness HTTP/1.1\r\nHost: x\r\nx-litellm-call-id: "
                    + "a".repeat(500)
                    + "\r\nConnection: close\r\n\r\n").readAll();
            assertTrue(answer.startsWith("HTTP/1.1 200") && !answer.contains("aaaa"), answer);
        }
    }
}
