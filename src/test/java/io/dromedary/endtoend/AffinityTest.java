package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.PromptCache;
import io.dromedary.harness.RawClient;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** A conversation stays with the server whose cache knows its prompt: two servers that keep what they have read. */
@Timeout(90)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AffinityTest {

    private static final Pattern CACHED = Pattern.compile("\"cached_tokens\":(\\d+)");
    private static final int TURNS = 6;

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream one = fixture.upstream();
    private final FakeUpstream two = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(config(one, two),
            Map.of("camel.resilience4j.waitDurationInOpenState", "1", "gateway.breaker.trickle", "0"));

    private static String config(FakeUpstream first, FakeUpstream second) {
        StringBuilder config = new StringBuilder("model_list:\n");
        for (String group : List.of("shuffled", "session", "prefix", "key")) {
            for (FakeUpstream upstream : List.of(first, second)) {
                config.append("""
                          - model_name: %s
                            litellm_params: {model: openai/up, api_base: '%s'}
                            model_info: {id: %s-%s}
                        """.formatted(group, upstream.baseUrl(), group, upstream.port()));
            }
        }
        return config + """
                router_settings:
                  num_retries: 0
                  model_group_affinity_config:
                    session: [session_affinity]
                    prefix: [session_affinity, prompt_caching]
                    key: [deployment_affinity]
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """;
    }

    @BeforeEach
    void bothKeepPrompts() {
        one.does(new PromptCache());
        two.does(new PromptCache());
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse(null);
    }

    private HttpResponse<String> ask(String body, String... headers) {
        HttpResponse<String> answer = gateway.post("/v1/chat/completions", body, headers);
        assertEquals(200, answer.statusCode(), answer.body());
        return answer;
    }

    private HttpResponse<String> ask(String model, String session) {
        return ask(RunningGateway.chat(model, false), "x-session-id", session);
    }

    private static String turn(String model, int conversation, int turn, boolean stream) {
        StringBuilder body = new StringBuilder("{\"model\":\"" + model + "\",\"stream\":" + stream
                + ",\"messages\":[{\"role\":\"system\",\"content\":\"" + "rule ".repeat(2000) + "\"}");
        for (int i = 0; i < turn; i++) {
            body.append(",{\"role\":\"user\",\"content\":\"question ").append(i).append(" of ").append(model)
                    .append(conversation)
                    .append("\"},{\"role\":\"assistant\",\"content\":\"said\"}");
        }
        return body + ",{\"role\":\"user\",\"content\":\"question " + turn + " of " + model + conversation + "\"}]}";
    }

    /** How many turns of conversations had all of the turn before in the server's cache. */
    private int warm(String model, boolean session) {
        int warm = 0;
        for (int conversation = 0; conversation < 4; conversation++) {
            Set<String> servers = new HashSet<>();
            for (int turn = 0; turn < TURNS; turn++) {
                String body = turn(model, conversation, turn, turn % 2 == 1);
                HttpResponse<String> answer =
                        session ? ask(body, "x-litellm-session-id", "conversation-" + conversation) : ask(body);
                servers.add(header(answer, "x-litellm-model-id"));
                Matcher cached = CACHED.matcher(answer.body());
                assertTrue(cached.find(), answer.body());
                // The instructions, each turn before the last one with its answer, and the last one's question.
                int before = 2001 + 7 * (turn - 1) + 5;
                warm += turn > 0 && Integer.parseInt(cached.group(1)) == before ? 1 : 0;
            }
            assertTrue(servers.size() == 1 || model.equals("shuffled"), servers.toString());
        }
        return warm;
    }

    @Test
    void everyTurnOfAConversationFindsTheOneBeforeInTheCache() {
        assertEquals(4 * (TURNS - 1), warm("session", true));
        assertEquals(4 * (TURNS - 1), warm("prefix", false));
        assertTrue(warm("shuffled", true) < 4 * (TURNS - 1), "without it they are read anew");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/v1/chat/completions | x-litellm-session-id | {'messages':[{'role':'user','content':'hi'}]}",
        "/v1/chat/completions | session-id | {'messages':[{'role':'user','content':'hi'}]}",
        "/v1/chat/completions | x-none | {'prompt_cache_key':'ID','messages':[{'role':'user','content':'hi'}]}",
        "/v1/chat/completions | x-none | {'metadata':{'session_id':'ID'},'messages':[{'role':'user','content':'hi'}]}",
        "/v1/completions | x-none | {'prompt_cache_key':'ID','prompt':'hi'}",
        "/v1/messages | x-claude-code-session-id | {'max_tokens':9,'messages':[{'role':'user','content':'hi'}]}",
        "/v1/messages | x-none | {'metadata':{'user_id':'user_1_account__session_ID'},'max_tokens':9,"
            + "'messages':[{'role':'user','content':'hi'}]}",
        "/v1/responses | x-none | {'prompt_cache_key':'ID','input':'hi','store':false}",
        "/v1/responses | thread-id | {'input':'hi','store':false}"
    })
    void eachWayToTellASessionKeepsIt(String path, String header, String body) {
        for (int session = 0; session < 4; session++) {
            Set<String> servers = new HashSet<>();
            for (int i = 0; i < 5; i++) {
                HttpResponse<String> answer = gateway.post(path,
                        body.replace('\'', '"').replace("ID", "s" + session).replaceFirst("\\{",
                                "{\"model\":\"session\","), header, "s" + session);
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals("session", header(answer, "x-litellm-affinity"));
                servers.add(header(answer, "x-litellm-model-id"));
            }
            assertEquals(1, servers.size(), servers.toString());
        }
        assertFalse(one.last().headers().containsKey(header), "the client's headers stay here");
    }

    @Test
    void theAnswerTellsByWhatItsServerWasChosen() {
        assertEquals("session", header(ask("prefix", "s"), "x-litellm-affinity"));
        assertEquals("prefix", header(ask(RunningGateway.chat("prefix", false)), "x-litellm-affinity"));
        assertEquals("key", header(ask("key", "s"), "x-litellm-affinity"));
        assertEquals("none", header(ask(RunningGateway.chat("session", false)), "x-litellm-affinity"));
        assertEquals(null, header(ask("shuffled", "s"), "x-litellm-affinity"), "where it is off");
    }

    @Test
    void withoutASessionRequestsAreSharedOut() {
        Set<String> servers = new HashSet<>();
        for (int i = 0; i < 40; i++) {
            servers.add(header(ask(RunningGateway.chat("session", false)), "x-litellm-model-id"));
        }
        assertEquals(2, servers.size());
    }

    @Test
    void embeddingsAreSharedOutSinceNoPromptIsKeptOfThem() {
        FakeUpstream.Behaviour embeds = (request, line) -> line.json(200, "{\"object\":\"list\",\"data\":[{\"object\":"
                + "\"embedding\",\"index\":0,\"embedding\":[0.5]}],\"model\":\"m\",\"usage\":{\"prompt_tokens\":1}}");
        one.does(embeds);
        two.does(embeds);
        HttpResponse<String> answer = gateway.post("/v1/embeddings", "{\"model\":\"session\",\"input\":\"hi\"}",
                "x-session-id", "s");
        assertEquals(200, answer.statusCode(), answer.body());
        assertEquals(Optional.empty(), answer.headers().firstValue("x-litellm-affinity"));
    }

    @Test
    void anotherGatewayChoosesTheSame() {
        try (RunningGateway other = RunningGateway.with(config(two, one))) {
            for (int session = 0; session < 10; session++) {
                HttpResponse<String> there = other.post("/v1/chat/completions", RunningGateway.chat("session", false),
                        "x-session-id", "s" + session);
                assertEquals(header(ask("session", "s" + session), "x-litellm-model-id"),
                        header(there, "x-litellm-model-id"));
            }
        }
    }

    /** The first session that is kept with that server. */
    private String sessionOf(String model, FakeUpstream upstream) {
        for (int session = 0;; session++) {
            if (header(ask(model, "home-" + session), "x-litellm-model-id").endsWith("-" + upstream.port())) {
                return "home-" + session;
            }
        }
    }

    @Test
    void aConversationMovesWhereItsServerDiesAndComesBackWithIt() {
        String session = sessionOf("session", one);
        one.does((request, line) -> line.hangUp());
        for (int i = 0; i < 8; i++) {
            assertEquals("session-" + two.port(), header(ask("session", session), "x-litellm-model-id"));
        }
        int before = one.posts().size();
        assertEquals("0", header(ask("session", session), "x-litellm-attempted-fallbacks"));
        assertEquals(before, one.posts().size(), "while it is left alone, it is not asked");
        one.does((request, line) -> line.json(200, Replies.chat("back")));
        await().atMost(Duration.ofSeconds(30)).until(() -> ask("session", session).body().contains("back"));
        await().untilAsserted(() -> {
            for (int i = 0; i < 10; i++) {
                assertEquals("session-" + one.port(), header(ask("session", session), "x-litellm-model-id"));
            }
        });
    }

    @Test
    void aServerWithMoreThanItsShareIsPassedOver() throws IOException {
        String session = "crowd";
        String server = header(ask("session", session), "x-litellm-model-id");
        FakeUpstream home = server.equals("session-" + one.port()) ? one : two;
        FakeUpstream other = home == one ? two : one;
        int homeBefore = home.posts().size();
        int otherBefore = other.posts().size();
        CountDownLatch end = new CountDownLatch(1);
        FakeUpstream.Behaviour hold = (request, line) -> {
            end.await();
            line.json(200, Replies.chat("x"));
        };
        one.does(hold);
        two.does(hold);
        List<RawClient> clients = new ArrayList<>();
        try {
            for (int i = 1; i <= 8; i++) {
                RawClient client = new RawClient(gateway.port());
                clients.add(client);
                client.post("/v1/chat/completions", "{\"model\":\"session\",\"prompt_cache_key\":\"" + session
                        + "\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}");
                int sent = i;
                await().until(() -> home.posts().size() - homeBefore + other.posts().size() - otherBefore == sent);
            }
            assertEquals(List.of(5, 3),
                    List.of(home.posts().size() - homeBefore, other.posts().size() - otherBefore));
            end.countDown();
            for (RawClient client : clients) {
                client.readUntil("total_tokens\":2}}");
            }
        } finally {
            end.countDown();
            for (RawClient client : clients) {
                client.close();
            }
        }
    }
}
