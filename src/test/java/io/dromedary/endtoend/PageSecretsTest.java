package io.dromedary.endtoend;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.LivePage;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** No secret of the configuration is in any answer of the page's API, wherever the configuration has it. */
@Timeout(60)
class PageSecretsTest {

    private static final String IN_HEADER = "header-secret-4712";
    private static final String IN_BODY = "body-secret-4713";
    private static final String IN_VARIABLE = "variable-secret-4714";
    private static final String IN_INFO = "info-secret-4715";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();

    private String config() {
        return """
                model_list:
                  - model_name: only
                    litellm_params:
                      model: openai/upstream-name
                      api_base: '%s'
                      api_key: %s
                      extra_headers: {x-secret: %s}
                      extra_body: {tenant_secret: %s, plain: os.environ/TENANT}
                    model_info: {id: only-id, api_key: %s}
                general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
                """.formatted(local.baseUrl(), RunningGateway.CLOUD_KEY, IN_HEADER, IN_BODY, IN_INFO);
    }

    @Test
    void noAnswerOfThePagesApiHoldsASecret() throws IOException {
        local.does((request, line) -> line.json(500, Replies.error("I was sent " + RunningGateway.CLOUD_KEY + " and "
                + IN_HEADER + " and " + IN_VARIABLE, "server_error", "x")));
        try (RunningGateway gateway = RunningGateway.with(config(), Map.of(), Map.of(),
                Map.of("TENANT", IN_VARIABLE));
                LivePage page = new LivePage(gateway)) {
            gateway.post("/v1/chat/completions", RunningGateway.chat("only", false), "x-litellm-call-id", "told");
            page.await("tick", data -> data.path("requests").toString().contains("told"));
            await().until(() -> gateway.get("/ui/api/requests/told").statusCode() == 200);
            for (String path : List.of("state", "series", "series?range=24h&deployment=only-id", "requests",
                    "requests?filter=failed", "requests?filter=slowest", "requests/told", "flow", "config")) {
                String body = gateway.get("/ui/api/" + path).body();
                assertFalse(body.isEmpty());
                for (String secret : secrets()) {
                    assertFalse(body.contains(secret), path + " tells " + secret + ": " + body);
                }
            }
            for (String secret : secrets()) {
                assertFalse(page.all().contains(secret), secret + " in " + page.all());
            }
            assertTrue(gateway.get("/ui/api/config").body().contains("***"));
        }
    }

    private static List<String> secrets() {
        return List.of(RunningGateway.KEY, RunningGateway.CLOUD_KEY, IN_HEADER, IN_BODY, IN_VARIABLE, IN_INFO);
    }

    @Test
    void thePagesApiCanBeTurnedOff() {
        RunningGateway gateway = fixture.gateway(RunningGateway.single(local), Map.of("gateway.ui", "false"));
        assertEquals(404, gateway.get("/ui/api/state").statusCode());
        assertEquals(404, gateway.get("/ui/api/live").statusCode());
    }

    @Test
    void theCountsOfStepsCanBeTurnedOff() {
        RunningGateway gateway = fixture.gateway(RunningGateway.single(local),
                Map.of("gateway.ui.flow-counts", "false"));
        assertEquals(200, gateway.post("/v1/chat/completions", RunningGateway.chat("only", false)).statusCode());
        String flow = gateway.get("/ui/api/flow").body();
        assertTrue(flow.contains("\"counted\":false") && flow.contains("\"count\":null"), flow);
    }
}
