package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LivePage;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** What the page is told of a gateway at work: by the story of a local server that goes away and comes back. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream().says("from the cloud");
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud)
            .replace("model_list:\n", """
                    model_list:
                      - model_name: priced
                        litellm_params: {model: openai/priced, api_base: '%s', input_cost_per_token: 0.001,
                          output_cost_per_token: 0.002}
                        model_info: {id: priced-id}
                    """.formatted(cloud.baseUrl())),
            Map.of("camel.resilience4j.waitDurationInOpenState", "600"),
            Map.of("team.camel.yaml", """
                    - route:
                        id: team
                        from:
                          uri: platform-http:/team
                          steps:
                            - setBody:
                                id: team-body
                                constant: "{}"
                            - setProperty:
                                name: unnamed
                                constant: "1"
                            - choice:
                                when:
                                  - simple: "${body} == 'never'"
                                    steps:
                                      - to:
                                          id: team-hook
                                          uri: "seda:hook?size=4711"
                            - throwException:
                                id: team-mistake
                                exceptionType: java.lang.IllegalStateException
                                message: a mistake
                    """));

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode get(String path) {
        HttpResponse<String> answer = gateway.get("/ui/api/" + path);
        assertEquals(200, answer.statusCode(), answer.body());
        return json(answer);
    }

    private static JsonNode find(JsonNode list, Predicate<JsonNode> wanted) {
        return StreamSupport.stream(list.spliterator(), false).filter(wanted).findFirst()
                .orElseThrow(() -> new AssertionError("not in " + list));
    }

    private static JsonNode named(JsonNode list, String field, String value) {
        return find(list, each -> each.path(field).asText().equals(value));
    }

    private JsonNode deployment(String group, String id) {
        return named(named(get("state").get("groups"), "name", group).get("deployments"), "id", id);
    }

    private HttpResponse<String> ask(String model, boolean stream, String id) {
        return gateway.post("/v1/chat/completions", RunningGateway.chat(model, stream), "x-litellm-call-id", id);
    }

    @Test
    void aLocalServerThatGoesAwayIsSeenWithWhatBecameOfItsRequests() throws IOException {
        try (LivePage page = new LivePage(gateway)) {
            JsonNode snapshot = page.await("snapshot", data -> true).data();
            assertTrue(snapshot.path("state").has("groups"), "the snapshot holds the state: " + snapshot);
            local.refuses();
            for (int i = 0; i < 4; i++) {
                assertEquals(200, ask("local", false, "story-" + i).statusCode());
            }
            JsonNode change = find(page.await("tick", data -> data.path("breakers").toString().contains("local-id"))
                    .data().get("breakers"), each -> each.get("deployment").asText().equals("local-id"));
            assertEquals("open", change.get("to").asText());
            assertEquals("UNREACHABLE", change.get("kind").asText());
            assertEquals("local", change.get("group").asText());
            JsonNode row = named(page.await("tick", data -> data.path("requests").toString().contains("story-0"))
                    .data().get("requests"), "id", "story-0");
            assertTrue(row.get("fallback").asBoolean(), row.toString());
            page.await("tick", data -> data.path("groups").toString().contains("\"lamp\":\"open\""));
        }
        JsonNode deployment = deployment("local", "local-id");
        assertEquals("open", deployment.get("lamp").asText(), deployment.toString());
        JsonNode open = deployment.get("open");
        assertTrue(open.get("why").asText().matches("\\d+ of its last \\d+ calls failed"), open.toString());
        assertEquals("UNREACHABLE", open.at("/cause/kind").asText());
        assertTrue(open.get("triedAgainAt").asLong() > open.get("since").asLong() + 500_000, open.toString());
        assertEquals("UNREACHABLE", deployment.at("/lastError/kind").asText());
        assertTrue(deployment.at("/lastError/counted").asBoolean(), deployment.toString());
        assertTrue(deployment.get("failures").asInt() >= 3 && deployment.get("passedOver").asInt() >= 1,
                deployment.toString());
        JsonNode groups = get("state").get("groups");
        assertEquals("open", named(groups, "name", "local").get("lamp").asText());
        assertEquals("up", named(groups, "name", "cloud").get("lamp").asText());
        assertEquals("[\"cloud\"]", named(groups, "name", "local").get("fallbacks").toString());

        JsonNode request = get("requests/story-0");
        JsonNode timeline = request.get("timeline");
        assertEquals(2, timeline.size(), request.toString());
        assertEquals("first", timeline.get(0).get("choice").asText());
        assertEquals("failed", timeline.get(0).get("outcome").asText());
        assertEquals("UNREACHABLE", timeline.get(0).get("kind").asText());
        assertFalse(timeline.get(0).get("reason").asText().isEmpty());
        assertTrue(timeline.get(0).get("status").isNull(), "nobody has said one: " + timeline);
        assertTrue(deployment.at("/lastError/status").isNull(), deployment.toString());
        assertEquals("fallback", timeline.get(1).get("choice").asText());
        assertEquals("answered", timeline.get(1).get("outcome").asText());
        assertEquals("cloud-id", timeline.get(1).get("deployment").asText());
        assertTrue(timeline.get(1).get("beganMs").asDouble() <= timeline.get(1).get("endedMs").asDouble());
        assertEquals("cloud-id", request.at("/headers/x-litellm-model-id").asText());
        assertEquals("local", request.at("/replay/model").asText());
        JsonNode passedOver = get("requests/story-3").get("timeline").get(0);
        assertEquals("passed-over", passedOver.get("outcome").asText());
        assertTrue(passedOver.get("reason").asText().contains("cooling down"), passedOver.toString());
        JsonNode steps = named(get("flow").get("routes"), "id", "failed-attempt").get("nodes");
        for (String step : List.of("note-failure", "by-ending", "by-failure", "to-next-attempt")) {
            assertTrue(named(steps, "id", step).get("count").asInt() >= 1, step + " " + steps);
        }
    }

    @Test
    void seriesRequestsAndTotalsAgreeOnWhatWasAsked() {
        int before = get("state").at("/totals/requests").asInt();
        for (int i = 0; i < 3; i++) {
            assertEquals(200, ask("cloud", true, "counted-" + i).statusCode());
        }
        assertEquals(404, ask("nobody", false, "counted-unknown").statusCode());
        await().untilAsserted(() -> assertEquals(before + 4, get("state").at("/totals/requests").asInt()));
        JsonNode series = get("series?range=15m");
        assertEquals(900, series.get("points").asInt());
        assertEquals(1000, series.get("stepMs").asInt());
        series.get("series").forEach(metric -> assertEquals(900, metric.size()));
        assertEquals(before + 4, sum(series.at("/series/requests")));
        assertTrue(sum(series.at("/series/errors")) >= 1);
        assertTrue(StreamSupport.stream(series.at("/series/firstTokenP50Ms").spliterator(), false)
                .anyMatch(JsonNode::isNumber));
        JsonNode tens = get("series?range=15m&stepMs=10000");
        assertEquals(10_000, tens.get("stepMs").asInt());
        assertEquals(0, tens.get("from").asLong() % 10_000);
        tens.get("series").forEach(metric -> assertEquals(tens.get("points").asInt(), metric.size()));
        assertEquals(600_000, get("series?range=24h&stepMs=600000").get("stepMs").asInt());
        JsonNode day = get("series?range=24h&deployment=cloud-id");
        assertEquals(720, day.get("points").asInt());
        assertTrue(sum(day.at("/series/requests")) >= 3, day.toString());
        assertEquals(0, sum(get("series?deployment=embed-id").at("/series/requests")));
        assertEquals("counted-unknown", named(get("requests?filter=failed").get("requests"), "id",
                "counted-unknown").get("id").asText());
        JsonNode slowest = get("requests?filter=slowest&limit=2").get("requests");
        assertEquals(2, slowest.size());
        assertTrue(slowest.get(0).get("totalMs").asDouble() >= slowest.get(1).get("totalMs").asDouble());
        JsonNode row = named(get("requests").get("requests"), "id", "counted-1");
        assertTrue(row.get("stream").asBoolean() && row.get("firstTokenMs").isNumber(), row.toString());
        assertEquals("master", row.get("key").asText());
        assertTrue(row.get("costUsd").isNull(), "no price is no cost: " + row);
    }

    private static int sum(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false).mapToInt(JsonNode::asInt).sum();
    }

    @Test
    void requestsOfOneIdAreToldApart() {
        String model = RunningGateway.chat("cloud", false);
        for (String path : List.of("/v1/chat/completions", "/v1/messages")) {
            assertEquals(200, gateway.post(path, model, "x-litellm-call-id", "twice").statusCode());
        }
        List<JsonNode> rows = await().until(() -> StreamSupport.stream(get("requests").get("requests").spliterator(),
                false).filter(row -> row.get("id").asText().equals("twice")).toList(), found -> found.size() == 2);
        assertEquals("/v1/messages", get("requests/twice").get("path").asText(), "the newest");
        for (JsonNode row : rows) {
            assertEquals(row.get("path"), get("requests/twice?number=" + row.get("number")).get("path"));
        }
        assertEquals(404, gateway.get("/ui/api/requests/twice?number=999999999").statusCode());
    }

    @Test
    void whatHasAPriceIsToldWithItsCost() {
        assertEquals(200, ask("priced", false, "with-price").statusCode());
        await().untilAsserted(() -> named(get("requests").get("requests"), "id", "with-price"));
        assertTrue(get("requests/with-price").get("costUsd").asDouble() > 0, get("requests/with-price").toString());
        assertTrue(deployment("priced", "priced-id").get("costUsd").asDouble() > 0);
        assertTrue(get("state").at("/totals/costUsd").asDouble() > 0);
    }

    @Test
    void probesOfHealthAreNotAmongTheRequests() {
        gateway.get("/health/readiness");
        gateway.get("/v1/models");
        ask("cloud", false, "after-health");
        await().untilAsserted(() -> named(get("requests").get("requests"), "id", "after-health"));
        get("requests").get("requests").forEach(row -> assertFalse(row.get("path").asText().contains("health")
                || row.get("path").asText().equals("/v1/models"), row.toString()));
    }

    @Test
    void aStreamInFlightIsSeenUntilItEnds() throws IOException {
        FakeUpstream slow = cloud.does((request, line) -> {
            line.streamHead().event(Replies.chunk("one"));
            line.awaitClosed();
        });
        try (LivePage page = new LivePage(gateway);
                RawClient client = new RawClient(gateway.port())) {
            client.post("/v1/chat/completions", RunningGateway.chat("cloud", true));
            client.readUntil("one");
            JsonNode live = page.await("tick", data -> data.at("/inFlight/streams").asInt() == 1).data()
                    .get("inFlight").get("list").get(0);
            assertEquals("cloud-id", live.get("deployment").asText());
            assertTrue(live.get("firstTokenMs").isNumber(), live.toString());
            client.reset();
            page.await("tick", data -> data.at("/inFlight/count").asInt() == 0
                    && data.path("requests").toString().contains("\"clientGone\":true"));
        } finally {
            slow.says("from the cloud");
        }
    }

    @Test
    void onlySoManyPagesListenAndOneThatGoesMakesRoomForAnother() throws IOException {
        List<RawClient> pages = new ArrayList<>();
        try {
            for (int i = 0; i < 50; i++) {
                RawClient page = new RawClient(gateway.port());
                pages.add(page);
                page.send("GET /ui/api/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + RunningGateway.KEY
                        + "\r\n\r\n").readUntil("event: snapshot");
            }
            HttpResponse<String> refused = gateway.get("/ui/api/live");
            assertEquals(503, refused.statusCode());
            assertTrue(refused.headers().firstValue("Retry-After").isPresent());
        } finally {
            for (RawClient page : pages) {
                page.close();
            }
        }
        await().untilAsserted(() -> {
            try (RawClient page = new RawClient(gateway.port())) {
                assertTrue(page.send("GET /ui/api/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                        + RunningGateway.KEY + "\r\n\r\n").readUntil("\r\n").contains("200"));
            }
        });
    }

    @Test
    void theFlowIsToldWithATeamsOwnStepsAndHowOftenEachWasTaken() {
        ask("cloud", false, "flow");
        HttpResponse<String> mistake = gateway.get("/team");
        assertTrue(mistake.statusCode() >= 500, mistake.body());
        JsonNode flow = get("flow");
        assertTrue(flow.get("counted").asBoolean());
        JsonNode attempt = named(flow.get("routes"), "id", "attempt");
        JsonNode next = named(attempt.get("nodes"), "id", "next-attempt");
        assertEquals("routes/attempt.camel.yaml", attempt.get("file").asText());
        assertTrue(next.get("count").asInt() >= 1 && attempt.get("reached").asBoolean(), attempt.toString());
        assertFalse(next.get("description").asText().isEmpty());
        JsonNode deployment = named(flow.get("routes"), "kind", "deployment");
        assertTrue(named(deployment.get("nodes"), "id", "call-upstream").get("count").asInt() >= 1,
                deployment.toString());
        assertTrue(flow.get("edges").toString().contains("{\"from\":\"attempt/to-deployment\",\"to\":\"deployment\"}"),
                flow.get("edges").toString());
        JsonNode endpoint = named(flow.get("routes"), "id", "endpoint");
        assertTrue(endpoint.get("instances").size() > 3, endpoint.toString());
        assertFalse(next.get("own").asBoolean(), "the gateway's own step: " + next);
        JsonNode team = named(flow.get("routes"), "id", "team");
        team.get("nodes").forEach(node -> assertTrue(node.get("own").asBoolean(), "a team's own: " + node));
        assertTrue(named(team.get("nodes"), "id", "team-body").get("count").asInt() >= 1, team.toString());
        // Options of an endpoint hold passwords and tokens.
        assertEquals("seda:hook?***", named(team.get("nodes"), "id", "team-hook").get("label").asText());
        assertFalse(flow.toString().contains("4711"));
        assertTrue(named(team.get("nodes"), "kind", "setProperty").get("count").asInt() >= 1, team.toString());
        assertTrue(named(team.get("nodes"), "id", "team-mistake").get("broken").asInt() >= 1, team.toString());
        JsonNode shared = named(flow.get("routes"), "kind", "shared");
        assertTrue(StreamSupport.stream(shared.get("nodes").spliterator(), false)
                .anyMatch(node -> node.get("count").asInt() > 0), shared.toString());
        assertTrue(named(flow.get("groups"), "name", "cloud").get("count").asInt() >= 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state", "series", "requests", "requests/x", "live", "flow", "config", "nothing", ""})
    void nothingIsToldWithoutTheKey(String path) {
        assertEquals(401, gateway.send(gateway.request("/ui/api/" + path).build()).statusCode());
        HttpResponse<String> wrong = gateway.send(gateway.request("/ui/api/" + path)
                .header("Authorization", "Bearer sk-wrong").build());
        assertEquals(401, wrong.statusCode());
        assertEquals("invalid_api_key", json(wrong).at("/error/code").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"404 nothing", "404 requests/none", "404 requests/%C3%28", "404 series?deployment=none",
        "400 series?range=1y", "400 series?stepMs=1500", "400 series?stepMs=600000", "400 requests/x?number=one",
        "400 requests?filter=all", "400 requests?limit=-1"})
    void whatIsAskedWronglyIsAnErrorInOpenAisForm(String row) {
        HttpResponse<String> answer = gateway.get("/ui/api/" + row.substring(4));
        assertEquals(Integer.parseInt(row.substring(0, 3)), answer.statusCode(), answer.body());
        assertFalse(json(answer).at("/error/message").asText().isEmpty(), answer.body());
    }

    @Test
    void answersAreToReadOnlyAndNobodyKeepsThem() {
        HttpResponse<String> answer = gateway.get("/ui/api/state");
        assertEquals("no-store", answer.headers().firstValue("Cache-Control").orElse(""));
        assertTrue(answer.headers().firstValue("Content-Security-Policy").orElse("").startsWith("default-src 'none'"));
        assertEquals("nosniff", answer.headers().firstValue("X-Content-Type-Options").orElse(""));
        assertTrue(answer.headers().firstValue("Access-Control-Allow-Origin").isEmpty(),
                "no other page may read it: " + answer.headers().map());
        assertEquals(405, gateway.post("/ui/api/state", "{}").statusCode());
        HttpResponse<String> head = gateway.send(gateway.request("/ui/api/state")
                .header("Authorization", "Bearer " + RunningGateway.KEY)
                .method("HEAD", HttpRequest.BodyPublishers.noBody()).build());
        assertEquals(200, head.statusCode());
        assertEquals("", head.body());
    }

    @Test
    void aReloadThatFailsIsToldWithFileAndLineAndForgetsNothing() throws IOException {
        ask("cloud", false, "before-reload");
        await().untilAsserted(() -> named(get("requests").get("requests"), "id", "before-reload"));
        Path file = gateway.home().resolve("litellm_config.yaml");
        String good = Files.readString(file);
        Files.writeString(file, good.replace("fallbacks: [{local: [cloud]}]", "fallbacks: [{local: [clout]}]"));
        gateway.app().reloading().reload();
        JsonNode reload = get("state").get("lastReload");
        assertFalse(reload.get("ok").asBoolean(), reload.toString());
        JsonNode problem = reload.get("problems").get(0);
        assertTrue(problem.get("file").asText().endsWith("litellm_config.yaml"), reload.toString());
        assertTrue(problem.get("line").asInt() > 1, reload.toString());
        int generation = get("state").get("generation").asInt();
        Files.writeString(file, good.replace("  - model_name: embed\n", "  - model_name: other\n")
                .replace("id: embed-id", "id: other-id"));
        gateway.app().reloading().reload();
        assertTrue(get("state").at("/lastReload/ok").asBoolean());
        assertEquals(generation + 1, get("state").get("generation").asInt());
        assertEquals(404, gateway.get("/ui/api/series?deployment=embed-id").statusCode());
        named(get("requests").get("requests"), "id", "before-reload");
        assertTrue(sum(get("series").at("/series/requests")) >= 1, "a reload keeps the charts");
        Files.writeString(file, good);
        gateway.app().reloading().reload();
    }

    @Test
    void theConfigurationIsToldWithItsFilesAndSettings() {
        JsonNode config = get("config");
        JsonNode model = named(config.get("models"), "id", "cloud-id");
        assertEquals("set", model.get("key").asText());
        assertEquals("none", named(config.get("models"), "id", "local-id").get("key").asText());
        assertEquals(cloud.baseUrl(), model.get("baseUrl").asText());
        assertEquals("[\"cloud\"]", config.at("/routing/fallbacks/local").toString());
        assertEquals("600", named(config.get("settings"), "name", "camel.resilience4j.waitDurationInOpenState")
                .get("value").asText());
        assertEquals("litellm_config.yaml", config.at("/files/0/name").asText());
        assertTrue(config.at("/files/0/changedAt").isNumber());
    }
}
