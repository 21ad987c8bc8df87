package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * A deployment that is left alone is still asked by those who have nobody else, and comes back without a probe that it
 * lets pass.
 */
@Timeout(60)
class OpenBreakerTest {

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();

    private static void failing(FakeUpstream upstream, int getStatus) {
        upstream.does((request, line) -> line.json(request.method().equals("GET") ? getStatus : 500,
                Replies.error("boom", "server_error", "x")));
    }

    private static void well(FakeUpstream upstream, int getStatus) {
        upstream.does((request, line) -> {
            if (request.method().equals("GET")) {
                line.json(getStatus, "{}");
            } else {
                line.json(200, Replies.chat("well again"));
            }
        });
    }

    private RunningGateway gateway(int seconds, String... properties) {
        return RunningGateway.with(RunningGateway.localAndCloud(local, cloud),
                Map.of("camel.resilience4j.waitDurationInOpenState", String.valueOf(seconds), properties[0],
                properties[1]));
    }

    private static HttpResponse<String> ask(RunningGateway gateway, String model) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat(model, false));
    }

    @Test
    void aRequestWithNobodyElseToAskIsLetThroughAndItsAnswerEndsTheBreak() {
        failing(cloud, 500);
        try (RunningGateway gateway = gateway(600, "gateway.breaker.trickle", "600000")) {
            for (int i = 0; i < 3; i++) {
                assertEquals(500, ask(gateway, "cloud").statusCode());
            }
            well(cloud, 500);
            for (int i = 0; i < 5; i++) {
                assertEquals(200, ask(gateway, "cloud").statusCode());
            }
        }
    }

    @Test
    void onlyAFewAreLetThroughWhileItStillFails() {
        failing(cloud, 500);
        try (RunningGateway gateway = gateway(600, "gateway.breaker.trickle", "600000")) {
            for (int i = 0; i < 3; i++) {
                ask(gateway, "cloud");
            }
            assertEquals(500, ask(gateway, "cloud").statusCode());
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> answer = ask(gateway, "cloud");
                assertEquals(503, answer.statusCode(), answer.body());
                assertTrue(answer.body().contains("deployment_cooling_down"), answer.body());
                assertTrue(answer.headers().firstValue("Retry-After").isPresent());
            }
            assertEquals(4, cloud.posts().size());
        }
    }

    @Test
    void oneThatWasLetThroughAndFailedDoesNotOutweighTheFirstGoodOneAfterTheProbe() {
        failing(cloud, 500);
        try (RunningGateway gateway = gateway(1, "gateway.breaker.trickle", "600000")) {
            for (int i = 0; i < 4; i++) {
                assertEquals(500, ask(gateway, "cloud").statusCode());
            }
            well(cloud, 200);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> gateway.get("/health?model_id=cloud-id").body().contains("\"unhealthy_count\":0"));
            for (int i = 0; i < 3; i++) {
                assertEquals(200, ask(gateway, "cloud").statusCode());
            }
        }
    }

    @Test
    void whoHasAnotherDeploymentIsNotSpentOnFindingOut() {
        failing(local, 500);
        well(cloud, 500);
        try (RunningGateway gateway = gateway(600, "gateway.breaker.trickle", "1")) {
            for (int i = 0; i < 8; i++) {
                assertEquals(200, ask(gateway, "local").statusCode());
            }
            assertEquals(3, local.posts().size());
        }
    }

    @Test
    void ofAWholePlanThatIsLeftAloneTheLastOneIsAsked() {
        failing(local, 500);
        failing(cloud, 500);
        try (RunningGateway gateway = gateway(600, "gateway.breaker.trickle", "1")) {
            for (int i = 0; i < 3; i++) {
                ask(gateway, "local");
            }
            well(cloud, 500);
            assertEquals(200, ask(gateway, "local").statusCode());
            assertEquals(3, local.posts().size());
        }
    }

    @Test
    void aRefusedProbeIsAnAnswerAndProvesLife() {
        for (int status : new int[] {401, 403, 404, 405, 429}) {
            failing(local, 500);
            well(cloud, 200);
            try (RunningGateway gateway = gateway(1, "gateway.breaker.trickle", "0")) {
                for (int i = 0; i < 4; i++) {
                    ask(gateway, "local");
                }
                well(local, status);
                await().atMost(Duration.ofSeconds(20)).until(() -> ask(gateway, "local").body().contains("well again")
                        && "local-id".equals(ask(gateway, "local").headers().firstValue("x-litellm-model-id")
                        .orElse("")));
                HttpResponse<String> health = gateway.get("/health?model_id=local-id");
                assertTrue(health.body().contains("\"unhealthy_count\":0"), health.body());
            }
        }
    }

    @Test
    void withoutAnyProofOfLifeACallIsLetThroughAfterABoundedTime() {
        failing(local, 500);
        well(cloud, 500);
        try (RunningGateway gateway = gateway(600, "gateway.breaker.unproven", "200")) {
            for (int i = 0; i < 4; i++) {
                ask(gateway, "local");
            }
            well(local, 500);
            await().atMost(Duration.ofSeconds(20)).until(() -> "local-id".equals(
                    ask(gateway, "local").headers().firstValue("x-litellm-model-id").orElse("")));
        }
    }
}
