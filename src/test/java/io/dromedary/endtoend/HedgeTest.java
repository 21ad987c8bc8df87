package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Line;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A second deployment is asked when the first has had no token for a while; the faster one answers, once. */
@Timeout(60)
class HedgeTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final CountDownLatch localCancelled = new CountDownLatch(1);
    private final CountDownLatch cloudCancelled = new CountDownLatch(1);
    private RunningGateway gateway = gateway(Map.of());

    private RunningGateway gateway(Map<String, String> properties) {
        return fixture.gateway(RunningGateway.localAndCloud(local, cloud)
                + "router_settings: {hedge_after_ms: {local: 200}, allowed_fails: 0}\n", properties);
    }

    private HttpResponse<String> ask(boolean stream) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("local", stream));
    }

    private static void silentUntilCancelled(Line line, CountDownLatch cancelled) throws Exception {
        try {
            line.streamHead().event(Replies.role());
            line.awaitClosed();
        } finally {
            cancelled.countDown(); // also where it was before the first byte
        }
    }

    private long hedges(String which) {
        String report = gateway.get("/health").body();
        return Long.parseLong(report.replaceAll("(?s).*\"hedges\":\\{[^}]*\"" + which + "\":(\\d+).*", "$1"));
    }

    @Test
    void theSecondAnswersWhereTheFirstIsSilentAndTheFirstIsCancelledAndCountsInNoBreaker() throws Exception {
        local.does((request, line) -> silentUntilCancelled(line, localCancelled));
        cloud.does((request, line) -> line.stream("from the cloud"));
        HttpResponse<String> answer = ask(true);
        assertEquals(200, answer.statusCode());
        assertTrue(answer.body().contains("from the cloud") && answer.body().contains("data: [DONE]"), answer.body());
        assertEquals("cloud-id", answer.headers().firstValue("x-litellm-model-id").orElse(""));
        assertEquals("2", answer.headers().firstValue("x-dromedary-attempts").orElse(""));
        assertTrue(localCancelled.await(1, TimeUnit.SECONDS), "the loser is cancelled");
        assertEquals(1, hedges("asked"));
        assertEquals(1, hedges("won"));
        local.does((request, line) -> line.stream("local is back"));
        assertTrue(ask(true).body().contains("local is back"),
                "the loser's breaker is closed, with not one failure allowed");
    }

    @Test
    void theFirstAnswersWhereItIsFasterAfterAllAndTheSecondIsCancelled() throws Exception {
        CountDownLatch cloudAsked = new CountDownLatch(1);
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            cloudAsked.await();
            line.event(Replies.chunk("from local")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        cloud.does((request, line) -> {
            cloudAsked.countDown();
            silentUntilCancelled(line, cloudCancelled);
        });
        HttpResponse<String> answer = ask(true);
        assertTrue(answer.body().contains("from local") && answer.body().contains("data: [DONE]"), answer.body());
        assertEquals("local-id", answer.headers().firstValue("x-litellm-model-id").orElse(""));
        assertTrue(cloudCancelled.await(1, TimeUnit.SECONDS), "the loser is cancelled");
        assertEquals(0, hedges("won"));
        cloud.does((request, line) -> line.json(200, Replies.chat("cloud is well")));
        assertTrue(gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false)).body()
                .contains("cloud is well"));
    }

    @Test
    void aSecondThatFindsOnlyDeploymentsLeftAloneHasNotWon() {
        cloud.does((request, line) -> line.json(500, Replies.error("not now", "server_error", "x")));
        assertEquals(500, gateway.post("/v1/chat/completions", RunningGateway.chat("cloud", false)).statusCode());
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            Thread.sleep(600);
            line.event(Replies.chunk("from local")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        HttpResponse<String> answer = ask(true);
        assertTrue(answer.body().contains("from local") && answer.body().contains("data: [DONE]"), answer.body());
        assertEquals(0, hedges("won"));
        assertEquals(1, cloud.posts().size(), "left alone since");
    }

    @Test
    void nobodyElseIsAskedWhereTheFirstTokenIsInTimeOrNoStreamIsWanted() throws Exception {
        local.does((request, line) -> {
            line.streamHead().event(Replies.chunk("in time"));
            line.silentFor(600).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        assertTrue(ask(true).body().contains("[DONE]"));
        local.does((request, line) -> {
            line.silentFor(600);
            line.json(200, Replies.chat("plain"));
        });
        assertTrue(ask(false).body().contains("plain"));
        assertTrue(cloud.posts().isEmpty());
        assertEquals(0, hedges("asked"));
    }

    @Test
    void theFirstGoesOnWhereTheSecondFails() throws Exception {
        CountDownLatch cloudFailed = new CountDownLatch(1);
        local.does((request, line) -> {
            line.streamHead();
            cloudFailed.await();
            line.silentFor(300).event(Replies.chunk("slow but sure")).event(Replies.finish()).event("[DONE]")
                    .endOfChunks();
        });
        cloud.does((request, line) -> {
            line.json(500, Replies.error("boom", "server_error", "x"));
            cloudFailed.countDown();
        });
        assertTrue(ask(true).body().contains("slow but sure"));
        assertEquals(1, cloud.posts().size());
    }

    @Test
    void theSecondGoesOnWhereTheFirstFails() throws Exception {
        CountDownLatch cloudAsked = new CountDownLatch(1);
        CountDownLatch localFailed = new CountDownLatch(1);
        local.does((request, line) -> {
            line.streamHead();
            cloudAsked.await();
            line.reset();
            localFailed.countDown();
        });
        cloud.does((request, line) -> {
            cloudAsked.countDown();
            localFailed.await();
            line.silentFor(300).stream("cloud it is");
        });
        String answer = ask(true).body();
        assertTrue(answer.contains("cloud it is") && answer.contains("data: [DONE]"), answer);
        assertEquals(1, cloud.posts().size());
    }

    @Test
    void whereBothFailTheClientIsToldOfBoth() throws Exception {
        CountDownLatch cloudAsked = new CountDownLatch(1);
        local.does((request, line) -> {
            line.streamHead();
            cloudAsked.await();
            line.reset();
        });
        cloud.does((request, line) -> {
            cloudAsked.countDown();
            line.silentFor(300);
            line.json(500, Replies.error("boom", "server_error", "x"));
        });
        HttpResponse<String> answer = ask(true);
        assertEquals(500, answer.statusCode());
        assertTrue(answer.body().contains("local: ") && answer.body().contains("cloud: status 500, boom"),
                answer.body());
    }

    @Test
    void bothEndWhenTheClientLeaves() throws Exception {
        CountDownLatch cloudAsked = new CountDownLatch(1);
        local.does((request, line) -> silentUntilCancelled(line, localCancelled));
        cloud.does((request, line) -> {
            cloudAsked.countDown();
            silentUntilCancelled(line, cloudCancelled);
        });
        try (RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("local", true));
            assertTrue(cloudAsked.await(5, TimeUnit.SECONDS));
        }
        assertTrue(localCancelled.await(1, TimeUnit.SECONDS) && cloudCancelled.await(1, TimeUnit.SECONDS));
        Awaitility.await().atMost(2, TimeUnit.SECONDS).until(() -> gateway.app().requestsInFlight() == 0);
    }

    @Test
    void thereIsNoneBeyondTheirShareOfRequests() throws Exception {
        gateway = gateway(Map.of("gateway.hedge.share", "0"));
        local.does((request, line) -> {
            line.streamHead();
            line.silentFor(500);
            line.event(Replies.chunk("late")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        assertTrue(ask(true).body().contains("late"));
        assertTrue(cloud.posts().isEmpty());
    }

    @Test
    void aHundredHedgedStreamsAreEachAnsweredOnceAndLeaveNothingBehind() throws Exception {
        gateway = gateway(Map.of("gateway.hedge.share", "100"));
        local.does((request, line) -> {
            line.streamHead();
            line.silentFor(195); // about when the second is asked: either may win
            line.event(Replies.chunk("from local")).event(Replies.finish()).event("[DONE]").endOfChunks();
        });
        cloud.does((request, line) -> line.stream("from cloud"));
        for (int i = 0; i < 5; i++) {
            java.util.stream.IntStream.range(0, 20).parallel().forEach(number -> {
                String body = ask(true).body();
                assertEquals(1, body.split("data: \\[DONE\\]", -1).length - 1, body);
                assertFalse(body.contains("from local") && body.contains("from cloud"), body);
                assertFalse(body.contains("\"error\""), body);
            });
        }
        Awaitility.await().atMost(2, TimeUnit.SECONDS).until(() -> gateway.app().requestsInFlight() == 0);
    }
}
