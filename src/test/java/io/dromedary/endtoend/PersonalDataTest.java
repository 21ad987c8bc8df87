package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Line;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/**
 * The recipes that keep personal data in the house, beside each other in one gateway: what is hidden on its way out and
 * back in the answer, in all dialects; what goes to deployments at home only.
 */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PersonalDataTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern FILE = Pattern.compile("(?ms)^```yaml routes/\\S+\\n(.*?)^```$");

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream home = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: cloud
                litellm_params: {model: openai/up, api_base: '%2$s'}
              - model_name: home
                litellm_params: {model: openai/up, api_base: '%1$s'}
                model_info: {local: true}
              - model_name: said-local
                litellm_params: {model: openai/up, api_base: '%2$s'}
                model_info: {local: 'yes'}
            router_settings:
              num_retries: 0
              fallbacks: [{home: [cloud]}, {said-local: [home]}]
              context_window_fallbacks: [{home: [cloud]}]
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(home.baseUrl(), cloud.baseUrl()), Map.of(),
            Map.of("hide.camel.yaml", routes("hide-personal-data.md"),
            "stays.camel.yaml", routes("personal-data-stays-local.md").replace("'e-mail,iban,card,key'", "'card'")));

    private static String routes(String page) {
        try {
            Matcher file = FILE.matcher(Files.readString(Path.of("docs/recipes", page)));
            assertTrue(file.find(), page);
            return file.group(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void bothRepeatWhatTheyAreTold() {
        home.does(PersonalDataTest::echo);
        cloud.does(PersonalDataTest::echo);
    }

    /** Repeats the last message, a stream in pieces of two characters. */
    private static void echo(FakeUpstream.Received request, Line line) throws IOException {
        JsonNode body = JSON.readTree(request.body());
        JsonNode content = body.path("messages").path(body.path("messages").size() - 1).path("content");
        String said = content.isTextual() ? content.textValue() : content.path(0).path("text").asText();
        if (body.path("stream").asBoolean()) {
            line.stream(said.split("(?<=\\G..)"));
        } else {
            line.json(200, Replies.chat(said));
        }
    }

    private HttpResponse<String> ask(String path, String body) {
        return gateway.post(path, body.replace('\'', '"'));
    }

    private HttpResponse<String> chat(String model, String text) {
        return ask("/v1/chat/completions",
                "{'model':'" + model + "','messages':[{'role':'user','content':'" + text + "'}]}");
    }

    /** All that a stream's client puts together, whatever its dialect: the fields that hold text. */
    private static String joined(String stream) {
        StringBuilder text = new StringBuilder();
        Matcher piece = Pattern.compile("\"(?:content|text|delta)\":\"([^\"]*)\"").matcher(stream);
        while (piece.find()) {
            text.append(piece.group(1));
        }
        return text.toString();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/v1/chat/completions | 'messages':[{'role':'user','content':'to a@b.de [or] c@d.eu'}]",
        "/v1/messages | 'max_tokens':9,'messages':[{'role':'user','content':'to a@b.de [or] c@d.eu'}]",
        "/v1/responses | 'store':false,'input':'to a@b.de [or] c@d.eu'"})
    void theAnswerHasWhatTheCloudHasNotInEveryDialect(String path, String rest) {
        HttpResponse<String> plain = ask(path, "{'model':'cloud'," + rest + "}");
        assertEquals(200, plain.statusCode(), plain.body());
        assertTrue(plain.body().contains("\"to a@b.de [or] c@d.eu\""), plain.body());
        HttpResponse<String> stream = ask(path, "{'model':'cloud','stream':true," + rest + "}");
        assertTrue(joined(stream.body()).contains("to a@b.de [or] c@d.eu"), stream.body());
        assertFalse(stream.body().contains("e-mail"), stream.body());
        for (FakeUpstream.Received request : cloud.posts()) {
            assertFalse(request.text().contains("@"), request.text());
        }
        assertTrue(cloud.last().text().contains("to [e-mail-1] [or] [e-mail-2]"), cloud.last().text());
    }

    @Test
    void eachPieceOfAStreamGoesOutWhenItComesButForTheBeginningOfAMark() throws IOException {
        HttpResponse<String> stream = ask("/v1/chat/completions",
                "{'model':'cloud','stream':true,'messages':[{'role':'user','content':'one a@b.de two'}]}");
        for (String piece : new String[] {"on", "e ", "a@b.de", " t", "wo"}) {
            assertTrue(stream.body().contains("\"content\":\"" + piece + "\""), stream.body());
        }
        assertTrue(stream.body().endsWith("data: [DONE]\n\n"), stream.body());
    }

    @Test
    void argumentsOfToolsHaveTheData() {
        cloud.does((request, line) -> line.json(200, """
                {"id":"1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":\
                "assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"mail",\
                "arguments":"{\\"to\\":\\"[e-mail-1]\\"}"}}]},"finish_reason":"tool_calls"}]}"""));
        assertTrue(chat("cloud", "write to a@b.de").body().contains("{\\\"to\\\":\\\"a@b.de\\\"}"));
    }

    @Test
    void atHomeNothingIsHiddenAndWhatTheFallbackGetsIs() {
        assertTrue(chat("home", "to a@b.de").body().contains("to a@b.de"));
        assertTrue(home.last().text().contains("a@b.de"));
        home.does((request, line) -> line.json(503, Replies.error("x", "server_error", "x")));
        HttpResponse<String> answer = chat("home", "to a@b.de");
        assertEquals("1", answer.headers().firstValue("x-litellm-attempted-fallbacks").orElse(""));
        assertTrue(answer.body().contains("to a@b.de"), answer.body());
        assertTrue(cloud.last().text().contains("to [e-mail-1]"), cloud.last().text());
    }

    @Test
    void aCardGoesToDeploymentsAtHomeWhateverFallbackLeadsElsewhere() {
        int before = cloud.posts().size();
        String card = "my card 4111 1111 1111 1111";
        assertEquals(200, chat("home", card).statusCode());
        assertTrue(chat("cloud", card).body().contains("no_allowed_deployment"));
        HttpResponse<String> own = ask("/v1/chat/completions", "{'model':'home','fallbacks':['cloud'],'messages':"
                + "[{'role':'user','content':'" + card + "'}]}");
        assertEquals(200, own.statusCode());
        assertEquals(200, chat("said-local", card).statusCode(), "its fallback is at home");
        home.does((request, line) -> line.json(400, Replies.error("maximum context length is 10 tokens",
                "invalid_request_error", "context_length_exceeded")));
        assertEquals(400, chat("home", card).statusCode());
        assertTrue(ask("/v1/messages", "{'model':'cloud','max_tokens':9,'messages':[{'role':'user','content':'" + card
                + "'}]}").body().contains("model_info.local"));
        assertEquals(before, cloud.posts().size());
    }
}
