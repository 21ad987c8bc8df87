package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;
import io.dromedary.harness.Transcripts;

/** Every path that LiteLLM's clients use, and which model each of them asks. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class EndpointsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud) + """
            router_settings:
              model_group_alias: {gpt-4o: cloud, secret: {model: cloud, hidden: true}}
            """);

    @BeforeEach
    void answer() {
        FakeUpstream.Behaviour answer = (request, line) -> {
            if (request.path().equals("/v1/embeddings")) {
                line.raw(Transcripts.reply("50-embed"));
            } else if (request.path().equals("/v1/completions")) {
                line.raw(Transcripts.reply("40-completion"));
            } else {
                line.json(200, Replies.chat("x"));
            }
        };
        local.does(answer);
        cloud.does(answer);
    }

    @ParameterizedTest
    @ValueSource(strings =
            {"/v1/chat/completions", "/chat/completions", "/cursor/chat/completions", "/queue/chat/completions"})
    void everyChatPathAsksForAChat(String path) throws Exception {
        assertEquals(200, gateway.post(path, RunningGateway.chat("local", false)).statusCode());
        assertEquals("/v1/chat/completions", local.last().path());
    }

    @ParameterizedTest
    @CsvSource({"/v1/completions,prompt", "/completions,prompt", "/v1/embeddings,input", "/embeddings,input"})
    void theOtherPathsAskForTheOthers(String path, String field) {
        assertEquals(200, gateway.post(path, "{\"model\":\"cloud\",\"" + field + "\":\"x\"}").statusCode());
        assertEquals(path.startsWith("/v1") ? path : "/v1" + path, cloud.last().path());
    }

    @ParameterizedTest
    @CsvSource({"/engines/cloud/chat/completions,messages",
            "/openai/deployments/cloud/chat/completions?api-version=2024,messages",
        "/engines/cloud/completions,prompt", "/openai/deployments/cloud/completions,prompt",
        "/engines/cloud/embeddings,input", "/openai/deployments/cloud/embeddings,input",
        "/engines/openai/cloud-upstream/chat/completions,messages",
        "/engines/openai%2Fcloud-upstream/chat/completions,messages"})
    void theModelOfThePathWinsOverThatOfTheBody(String path, String field) throws Exception {
        String value = field.equals("messages") ? "[{\"role\":\"user\",\"content\":\"x\"}]" : "\"x\"";
        int before = cloud.received().size();
        HttpResponse<String> answer = gateway.post(path, "{\"model\":\"local\",\"" + field + "\":" + value + "}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(before + 1, cloud.received().size());
        assertEquals("cloud-upstream", JSON.readTree(cloud.last().text()).get("model").asText());
    }

    @Test
    void aRequestWithoutAModelGoesToTheFirstOfItsKind() throws Exception {
        gateway.post("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
        assertEquals("local-upstream", JSON.readTree(local.last().text()).get("model").asText());
        HttpResponse<String> answer = gateway.post("/v1/embeddings", "{\"input\":\"x\",\"model\":null}");
        assertEquals("embed-upstream", JSON.readTree(cloud.last().text()).get("model").asText());
        assertEquals("embed", JSON.readTree(answer.body()).get("model").asText());
    }

    @Test
    void aConfiguredDefaultModelIsADefaultAndNoOverride() throws Exception {
        String config = RunningGateway.localAndCloud(local, cloud)
                .replace("general_settings: {", "general_settings: {completion_model: cloud, embedding_model: cloud, ");
        try (RunningGateway other = RunningGateway.with(config)) {
            other.post("/v1/chat/completions", "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
            assertEquals("cloud-upstream", JSON.readTree(cloud.last().text()).get("model").asText());
            int before = local.received().size();
            other.post("/v1/chat/completions", RunningGateway.chat("local", false));
            assertEquals(before + 1, local.received().size());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cloud", "gpt-4o", "secret", "cloud-id", "openai/cloud-upstream"})
    void aModelAnswersToItsNameItsAliasItsIdAndItsRawName(String name) throws Exception {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", RunningGateway.chat(name, false));
        assertEquals(200, answer.statusCode());
        assertEquals(name, JSON.readTree(answer.body()).get("model").asText());
    }

    @Test
    void modelsAreListedOnceEachAndHiddenOnesNot() throws Exception {
        JsonNode list = JSON.readTree(gateway.get("/models").body());
        assertEquals("list", list.get("object").asText());
        assertEquals("[\"local\",\"cloud\",\"embed\",\"gpt-4o\"]", list.get("data").findValuesAsText("id").stream()
                .map(id -> "\"" + id + "\"").collect(java.util.stream.Collectors.joining(",", "[", "]")));
        assertTrue(list.get("data").get(0).get("created").isInt());
    }

    @Test
    void modelsTellTheirFallbacks() throws Exception {
        JsonNode list = JSON.readTree(gateway.get("/v1/models?include_metadata=true").body());
        assertEquals("[\"cloud\"]", list.get("data").get(0).at("/metadata/fallbacks").toString());
        assertEquals(400, gateway.get("/v1/models?include_metadata=true&fallback_type=bogus").statusCode());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/models/cloud", "/models/cloud", "/v1/models/openai/cloud-upstream",
            "/models/openai%2Fcloud-upstream"})
    void oneModelIsToldWithSlashesToo(String path) throws Exception {
        JsonNode model = JSON.readTree(gateway.get(path).body());
        assertTrue(path.replace("%2F", "/").endsWith(model.get("id").asText()), model.toString());
        assertEquals("openai", model.get("owned_by").asText());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/model/info", "/v1/model/info"})
    void modelInfoTellsNoKeyAndNoAddress(String path) throws Exception {
        String body = gateway.get(path).body();
        JsonNode info = JSON.readTree(body);
        assertEquals(3, info.get("data").size());
        assertEquals("cloud-id", info.get("data").get(1).at("/model_info/id").asText());
        assertFalse(body.contains("sk-cloud") || body.contains("127.0.0.1"), body);
        assertEquals(1, JSON.readTree(gateway.get(path + "?litellm_model_id=embed-id").body()).get("data").size());
        assertEquals(400, gateway.get(path + "?litellm_model_id=nope").statusCode());
    }

    @Test
    void theRootTellsWhatThisIs() throws Exception {
        JsonNode root = JSON.readTree(gateway.send(gateway.request("/").build()).body());
        assertEquals("Dromedary", root.get("name").asText());
        assertTrue(root.get("documentation").asText().contains("docs"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/chat/completions", "/v1/models", "/engines/x/embeddings", "/nowhere", "/"})
    void aBrowserMayAskFromAnywhereWithoutCredentials(String path) {
        HttpResponse<String> answer = gateway.send(gateway.request(path, "Origin", "https://app.example",
                "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers",
                "authorization,x-stainless-os")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build());
        assertEquals(204, answer.statusCode());
        assertEquals("*", answer.headers().firstValue("Access-Control-Allow-Origin").orElse(""));
        assertTrue(answer.headers().firstValue("Access-Control-Allow-Headers").orElse("").contains("Authorization"));
        assertTrue(answer.headers().firstValue("Access-Control-Allow-Credentials").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://app.example", "null", "app://obsidian.md", "tauri://localhost", "file://",
        "chrome-extension://abcdefgh", "capacitor://localhost", "vscode-webview://1a2b-3c", "http://[::1]:8080", "x y"})
    void aPageMayAskWhateverItsOriginIsCalled(String origin) throws Exception {
        try (RawClient client = new RawClient(gateway.port())) {
            String preflight = client.send("OPTIONS /v1/models HTTP/1.1\r\nHost: x\r\nOrigin: " + origin
                    + "\r\nAccess-Control-Request-Method: GET\r\n\r\n").readUntil("\r\n\r\n").toLowerCase(Locale.ROOT);
            assertTrue(preflight.startsWith("http/1.1 204"), preflight);
            for (String line : List.of("access-control-allow-origin: *", "access-control-allow-methods: get,post",
                    "access-control-allow-headers: authorization,*", "access-control-max-age: 600")) {
                assertEquals(1, preflight.lines().filter(line::equals).count(), line + " in " + preflight);
            }
            String answer = client.send("GET /v1/models HTTP/1.1\r\nHost: x\r\nOrigin: " + origin
                    + "\r\nAuthorization: Bearer " + RunningGateway.KEY + "\r\n\r\n").readUntil("\r\n\r\n");
            assertTrue(answer.startsWith("HTTP/1.1 200"), answer);
            assertEquals(1, answer.lines().filter("Access-Control-Allow-Origin: *"::equalsIgnoreCase).count(), answer);
        }
    }

    @Test
    void withCorsOffNoPageMayAsk() {
        try (RunningGateway other =
                RunningGateway.with(RunningGateway.single(local), Map.of("gateway.cors", "false"))) {
            HttpResponse<String> answer = other.send(other.request("/v1/chat/completions")
                    .method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build());
            assertEquals(405, answer.statusCode());
            assertTrue(answer.headers().firstValue("Access-Control-Allow-Origin").isEmpty());
            assertTrue(other.get("/v1/models").headers().firstValue("Access-Control-Allow-Origin").isEmpty());
        }
    }

    @Test
    void wildcardsSendTheModelOnUnderItsOwnName() throws Exception {
        String config = """
                model_list:
                  - model_name: "openai/*"
                    litellm_params: {model: "openai/*", api_base: '%s'}
                  - model_name: "*"
                    litellm_params: {model: "openai/any/*", api_base: '%s'}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl(), cloud.baseUrl());
        try (RunningGateway other = RunningGateway.with(config)) {
            other.post("/v1/chat/completions", RunningGateway.chat("openai/gpt-9", false));
            assertEquals("gpt-9", JSON.readTree(local.last().text()).get("model").asText());
            HttpResponse<String> answer = other.post("/v1/chat/completions", RunningGateway.chat("whatever", false));
            assertEquals("any/whatever", JSON.readTree(cloud.last().text()).get("model").asText());
            assertEquals("whatever", JSON.readTree(answer.body()).get("model").asText());
            assertEquals(0, JSON.readTree(other.get("/v1/models").body()).get("data").size());
            assertEquals(2, JSON.readTree(other.get("/v1/models?return_wildcard_routes=true").body()).get("data")
                    .size());
        }
    }

    @Test
    void aGroupOfTwoSharesItsRequests() {
        String config = """
                model_list:
                  - {model_name: pair, litellm_params: {model: openai/a, api_base: '%s', weight: 3}}
                  - {model_name: pair, litellm_params: {model: openai/b, api_base: '%s', weight: 1}}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl(), cloud.baseUrl());
        int localBefore = local.received().size();
        int cloudBefore = cloud.received().size();
        try (RunningGateway other = RunningGateway.with(config)) {
            for (int i = 0; i < 60; i++) {
                other.post("/v1/chat/completions", RunningGateway.chat("pair", false));
            }
        }
        int a = local.received().size() - localBefore;
        int b = cloud.received().size() - cloudBefore;
        assertEquals(60, a + b);
        assertTrue(a > b && b > 0, a + " to " + b);
    }
}
