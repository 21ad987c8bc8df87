package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Many at once, each with its own content. */
@Timeout(120)
class ConcurrencyTest {

    private static final int STREAMS = 200;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.single(upstream));

    private HttpRequest request(String body) {
        return gateway.request("/v1/chat/completions", "Authorization", "Bearer " + RunningGateway.KEY)
                .POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    @Test
    void twoHundredStreamsAtOnceEachGetTheirOwnContent() {
        CountDownLatch allOpen = new CountDownLatch(STREAMS);
        upstream.does((request, line) -> {
            String mine = request.text().replaceAll(".*\"content\":\"([^\"]*)\".*", "$1");
            line.streamHead().event(Replies.chunk(mine + "-begin"));
            allOpen.countDown();
            // None ends before all have begun: they really are open at the same time.
            if (!allOpen.await(60, TimeUnit.SECONDS)) {
                line.hangUp();
                return;
            }
            for (int i = 0; i < 20; i++) {
                line.event(Replies.chunk(mine + "-" + i));
            }
            line.event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        HttpClient http = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            answers.add(http.sendAsync(request(RunningGateway.chat("only", true).replace("hi", "stream" + i + "x")),
                    HttpResponse.BodyHandlers.ofString()));
        }
        for (int i = 0; i < STREAMS; i++) {
            String body = answers.get(i).join().body();
            assertTrue(body.endsWith("data: [DONE]\n\n"), body);
            assertEquals(21, body.split("stream" + i + "x-", -1).length - 1, "its own pieces, all of them");
            assertEquals(21, body.split("stream", -1).length - 1, "and nobody else's: " + body);
        }
    }

    @Test
    void aJdkClientWithItsDefaultsIsServed() throws Exception {
        // Its default is HTTP/2, which it asks for by an upgrade of the first request, with a body.
        HttpClient http = HttpClient.newHttpClient();
        for (int i = 0; i < 3; i++) {
            HttpRequest request = HttpRequest.newBuilder(java.net.URI.create(gateway.url("/v1/chat/completions")))
                    .header("Authorization", "Bearer " + RunningGateway.KEY)
                    .POST(HttpRequest.BodyPublishers.ofString(RunningGateway.chat("only", false))).build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode());
            assertEquals(HttpClient.Version.HTTP_1_1, answer.version());
        }
    }

    @Test
    void requestsOnOneConnectionFollowEachOther() throws Exception {
        try (var client = new io.dromedary.harness.RawClient(gateway.port())) {
            for (int i = 0; i < 20; i++) {
                client.post("/v1/chat/completions", RunningGateway.chat("only", false));
                assertTrue(client.readUntil("\"total_tokens\":2}}").contains("hello"));
            }
        }
        assertTrue(upstream.connections() < 20, "upstream connections are kept: " + upstream.connections());
    }
}
