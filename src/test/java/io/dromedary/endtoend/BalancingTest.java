package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Several deployments under one name, by the strategies of LiteLLM's configuration, on the running gateway. */
@Timeout(60)
class BalancingTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream first = fixture.upstream();
    private final FakeUpstream second = fixture.upstream();

    private RunningGateway gateway(String strategy, String firstMore, String secondMore, Map<String,
            String> properties) {
        return RunningGateway.with("""
                model_list:
                  - {model_name: pair, litellm_params: {model: openai/a, api_base: '%s'%s}}
                  - {model_name: pair, litellm_params: {model: openai/b, api_base: '%s'%s}}
                router_settings: {routing_strategy: %s, num_retries: 0}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(first.baseUrl(), firstMore, second.baseUrl(), secondMore, strategy), properties);
    }

    private static HttpResponse<String> ask(RunningGateway gateway) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat("pair", false));
    }

    @Test
    void leastBusyKeepsAwayFromTheOneThatIsBusy() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        FakeUpstream.Behaviour hold = (request, line) -> {
            if (request.text().contains("hold")) {
                end.await();
            }
            line.json(200, Replies.chat("x"));
        };
        first.does(hold);
        second.does(hold);
        try (RunningGateway gateway = gateway("least-busy", "", "", Map.of()); RawClient holding =
                new RawClient(gateway.port())) {
            holding.post("/v1/chat/completions", RunningGateway.chat("pair", false).replace("hi", "hold"));
            await().until(() -> first.posts().size() + second.posts().size() == 1);
            boolean firstIsBusy = first.posts().size() == 1;
            for (int i = 0; i < 20; i++) {
                ask(gateway);
            }
            assertEquals(20, (firstIsBusy ? second : first).posts().size());
            end.countDown();
        }
    }

    @Test
    void usageCountsTheTokensThatAnswersTellAndTellsWhenNobodyHasAnyLeft() {
        String large = Replies.chat("x").replace("\"total_tokens\":2", "\"total_tokens\":1000");
        first.does((request, line) -> line.json(200, large));
        try (RunningGateway gateway = gateway("usage-based-routing-v2", ", tpm: 1000", ", rpm: 3", Map.of())) {
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                statuses.add(ask(gateway).statusCode());
            }
            assertEquals(List.of(200, 200, 200, 200, 429, 429), statuses);
            assertEquals(1, first.posts().size());
            assertEquals(3, second.posts().size());
            HttpResponse<String> refused = ask(gateway);
            assertTrue(refused.headers().firstValue("Retry-After").isPresent() && refused.body()
                    .contains("has used up its rpm"), refused.body());
        }
    }

    @Test
    void costAsksTheCheapest() {
        try (RunningGateway gateway = gateway("cost-based-routing", ", input_cost_per_token: 0.000002",
                ", input_cost_per_token: 0.000001", Map.of())) {
            for (int i = 0; i < 10; i++) {
                ask(gateway);
            }
            assertEquals(10, second.posts().size());
        }
    }

    @Test
    void latencyAsksTheQuickest() throws Exception {
        first.does((request, line) -> {
            java.util.concurrent.locks.LockSupport.parkNanos(200_000_000L);
            line.json(200, Replies.chat("x"));
        });
        try (RunningGateway gateway = gateway("latency-based-routing", "", "", Map.of())) {
            for (int i = 0; i < 12; i++) {
                ask(gateway);
            }
            assertEquals(1, first.posts().size(), "once, to find out");
        }
    }

    @Test
    void aDeploymentServesOnlySoManyAtATimeAndTheRestGoOn() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        first.does((request, line) -> {
            end.await();
            line.json(200, Replies.chat("x"));
        });
        try (RunningGateway gateway = gateway("simple-shuffle", ", max_parallel_requests: 1, weight: 1", ", weight: 0",
                Map.of("gateway.timeout.slot", "100")); RawClient holding = new RawClient(gateway.port())) {
            holding.post("/v1/chat/completions", RunningGateway.chat("pair", false));
            await().until(() -> first.posts().size() == 1);
            for (int i = 0; i < 5; i++) {
                assertEquals(200, ask(gateway).statusCode());
            }
            assertEquals(1, first.posts().size());
            assertEquals(5, second.posts().size());
            end.countDown();
            holding.readUntil("total_tokens\":2}}");
            await().until(() -> {
                ask(gateway);
                return first.posts().size() == 2;
            });
        }
    }

    @Test
    void tokensOfAStreamThatTellsNoneAreEstimatedFromItsBytes() {
        first.does((request, line) -> line.stream("x".repeat(8000)));
        second.does((request, line) -> line.stream("y"));
        try (RunningGateway gateway = gateway("usage-based-routing-v2", ", tpm: 1000", "", Map.of())) {
            for (int i = 0; i < 8; i++) {
                gateway.post("/v1/chat/completions", RunningGateway.chat("pair", true));
            }
            assertEquals(1, first.posts().size(), "8,000 bytes are more than its 1,000 tokens");
            assertEquals(7, second.posts().size());
        }
    }

    @Test
    void latencyOfAStreamIsTheTimeToItsFirstToken() throws Exception {
        first.does((request, line) -> line.streamHead().silentFor(200).event(Replies.chunk("late"))
                .event(Replies.finish()).event("[DONE]")
                .endOfChunks());
        second.does((request, line) -> line.streamHead().event(Replies.chunk("soon")).silentFor(400)
                .event(Replies.finish()).event("[DONE]")
                .endOfChunks());
        try (RunningGateway gateway = gateway("latency-based-routing", "", "", Map.of())) {
            for (int i = 0; i < 6; i++) {
                gateway.post("/v1/chat/completions", RunningGateway.chat("pair", true));
            }
            assertEquals(1, first.posts().size(), "the whole stream is shorter, its first token later");
            assertEquals(5, second.posts().size());
        }
    }
}
