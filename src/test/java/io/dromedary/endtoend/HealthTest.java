package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Transcripts;

/** Health spends no token, and the gateway is ready while its upstreams are not. */
@Timeout(60)
class HealthTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream()
            .does((request, line) -> line.raw(Transcripts.reply("02-models")));
    private final FakeUpstream cloud = fixture.upstream()
            .does((request, line) -> line.raw(Transcripts.reply("02-models")));
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud),
            Map.of("gateway.health.timeout", "500"));

    private JsonNode health(String query) throws Exception {
        HttpResponse<String> answer = gateway.get("/health" + query);
        assertEquals(200, answer.statusCode());
        return JSON.readTree(answer.body());
    }

    @Test
    void livenessIsTwoWordsInQuotes() {
        assertEquals("\"I'm alive!\"", gateway.send(gateway.request("/health/liveliness").build()).body());
        assertEquals("\"I'm alive!\"", gateway.send(gateway.request("/health/liveness").build()).body());
    }

    @Test
    void readinessHasLiteLlmsFieldsAndStaysWhileUpstreamsAreDown() throws Exception {
        local.refuses();
        cloud.refuses();
        HttpResponse<String> answer = gateway.send(gateway.request("/health/readiness").build());
        assertEquals(200, answer.statusCode());
        JsonNode ready = JSON.readTree(answer.body());
        assertEquals("healthy", ready.get("status").asText());
        assertEquals("Not connected", ready.get("db").asText());
        assertTrue(ready.has("litellm_version") && ready.has("cache") && ready.has("success_callbacks"));
    }

    @Test
    void healthAsksForTheListOfModelsAndForNothingElse() throws Exception {
        JsonNode health = health("");
        assertEquals(3, health.get("healthy_count").asInt());
        assertEquals(3, health.get("healthy_endpoints").size());
        assertEquals(0, health.get("unhealthy_count").asInt());
        assertEquals("openai/local-upstream", health.get("healthy_endpoints").get(0).get("model").asText());
        assertTrue(local.received().stream().allMatch(request -> request.method().equals("GET")
                && request.path().equals("/v1/models")));
        assertEquals("Bearer sk-cloud-key-0815", cloud.last().headers().get("Authorization"));
    }

    @Test
    void anUpstreamThatIsDownOrSilentOrFailsIsUnhealthyAndOneThatRefusesTheProbeIsNot() throws Exception {
        local.refuses();
        cloud.does((request, line) -> line.json(401, "{}"));
        assertEquals(2, health("").get("healthy_count").asInt());
        cloud.does((request, line) -> line.json(500, "{}"));
        JsonNode health = health("");
        assertEquals(3, health.get("unhealthy_count").asInt());
        assertEquals("not reachable", health.get("unhealthy_endpoints").get(0).get("error").asText());
        assertFalse(health.toString().contains("sk-cloud"));
        cloud.does((request, line) -> line.awaitClosed());
        assertEquals(1, health("?model=cloud").get("unhealthy_count").asInt());
    }

    @Test
    void oneSilentUpstreamDoesNotMakeTheOthersUnhealthy() throws Exception {
        local.does((request, line) -> line.awaitClosed());
        JsonNode health = health("");
        assertEquals(1, health.get("unhealthy_count").asInt(), health.toString());
        assertEquals(2, health.get("healthy_count").asInt());
    }

    @Test
    void healthCanBeAskedOfOneModelOrOneDeployment() throws Exception {
        assertEquals(1, health("?model=local").get("healthy_count").asInt());
        assertEquals(1, health("?model=openai/cloud-upstream").get("healthy_count").asInt());
        assertEquals(0, health("?model=nope").get("healthy_count").asInt());
        assertEquals(1, health("?model_id=cloud-id").get("healthy_count").asInt());
        HttpResponse<String> unknown = gateway.get("/health?model_id=nope");
        assertEquals(404, unknown.statusCode());
        assertTrue(unknown.body().contains("not found"), unknown.body());
    }
}
