package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.RunningGateway;

/** Names under additional_drop_params may be LiteLLM's paths into fields; all other bytes stay as they came. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class NestedDropsTest {

    private static final String TOOLS = "[ {\"type\":\"function\", \"function\":{\"name\":\"a\",\"strict\" : true}},"
            + "{\"function\":{ \"strict\":false ,\"name\":\"b\\u00e4\" } } ]";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream upstream = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - model_name: plain
                litellm_params: {model: openai/up, api_base: '%1$s'}
              - model_name: dropping
                litellm_params:
                  model: openai/up
                  api_base: '%1$s'
                  metadata: {x: 1, y: 2}
                  additional_drop_params: ["tools[*].function.strict", metadata.x, seed]
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(upstream.baseUrl()));

    private HttpResponse<String> ask(String model, String fields) {
        return gateway.post("/v1/chat/completions",
                "{\"messages\":[{\"role\":\"user\"}]," + fields + ",\"model\":\"" + model + "\"}");
    }

    private void assertSent(String fields) {
        assertEquals("{\"messages\":[{\"role\":\"user\"}]," + fields + "}", upstream.last().text());
    }

    private static String dropped(HttpResponse<String> answer) {
        return answer.headers().firstValue("x-dromedary-dropped-params").orElse("");
    }

    @Test
    void whatTheConfigurationsPathsLeadToIsNotSentAndIsTold() {
        HttpResponse<String> answer =
                ask("dropping", "\"tools\": " + TOOLS + " , \"metadata\":{\"x\":{\"deep\":[1]},\"y\":1.50},\"seed\":1");
        assertSent("\"tools\": [ {\"type\":\"function\", \"function\":{\"name\":\"a\"}},"
                + "{\"function\":{\"name\":\"b\\u00e4\" } } ] , \"metadata\":{\"y\":1.50},\"model\":\"up\"");
        assertEquals("seed, tools[*].function.strict, metadata.x", dropped(answer));
    }

    @Test
    void aDefaultOfTheConfigurationLosesItToo() {
        assertEquals("metadata.x", dropped(ask("dropping", "\"user\":\"me\"")));
        assertSent("\"user\":\"me\",\"model\":\"up\",\"metadata\":{\"y\":2}");
    }

    @Test
    void aPathThatLeadsToNothingChangesNothingAndIsNotTold() {
        assertEquals("", dropped(ask("dropping", "\"tools\":[{\"function\":{\"name\":\"a\"}}, 1],\"metadata\":\"x\"")));
        assertSent("\"tools\":[{\"function\":{\"name\":\"a\"}}, 1],\"metadata\":\"x\",\"model\":\"up\"");
    }

    @Test
    void aClientMayNamePathsToo() {
        HttpResponse<String> answer = ask("plain", "\"tools\":" + TOOLS
                + ",\"additional_drop_params\":[\"tools[0].function.strict\",\"tools[5]\",\"a.b\"],"
                + "\"a\":{\"b\":1},\"a.b\":2");
        assertSent("\"tools\":" + TOOLS.replace(",\"strict\" : true", "") + ",\"a\":{},\"model\":\"up\"");
        assertEquals("a.b, tools[0].function.strict", dropped(answer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tools[", "tools[x].strict", "metadata..x"})
    void aPathOfTheWrongFormIsTheClientsMistake(String path) {
        int before = upstream.posts().size();
        HttpResponse<String> answer = ask("plain", "\"additional_drop_params\":[\"" + path + "\"]");
        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().contains("'additional_drop_params': '" + path + "' is no path: write one like"),
                answer.body());
        assertEquals(before, upstream.posts().size());
    }
}
