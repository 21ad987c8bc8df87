package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** Answers as upstreams were reported to give them, in the shapes that they have there. */
@Timeout(60)
@TestInstance(Lifecycle.PER_CLASS)
class UpstreamReportsTest {

    private static final String IMAGE = "https://pictures.example.org/gone/cat.jpg";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream().says("from the cloud");
    private final RunningGateway gateway = fixture.gateway("""
            model_list:
              - {model_name: 'local/*', litellm_params: {model: 'openai/*', api_base: '%1$s'}, \
            model_info: {id: local-id}}
              - {model_name: cloud, litellm_params: {model: openai/cloud, api_base: '%2$s'}}
            litellm_settings: {num_retries: 0, drop_params: true, default_fallbacks: [cloud]}
            router_settings: {allowed_fails: 0, cooldown_time: 600}
            general_settings: {master_key: os.environ/LITELLM_MASTER_KEY}
            """.formatted(local.baseUrl(), cloud.baseUrl()));

    private HttpResponse<String> ask(String model, boolean stream, String fields) {
        return gateway.post("/v1/chat/completions",
                RunningGateway.chat(model, stream).replace("\"stream\"", fields + "\"stream\""));
    }

    private HttpResponse<String> askWithImage(String model, String fields) {
        return gateway.post("/v1/chat/completions", "{" + fields + "\"model\":\"" + model
                + "\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\""
                + IMAGE + "\"}}]}]}");
    }

    private boolean leftAlone() {
        return gateway.get("/health?model_id=local-id").body().contains("\"unhealthy_count\":1");
    }

    /** What is the request's own: the next deployment answers, nobody is left alone, and a plain text stays. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "groq-tools      | 400 | \"tools\":[{}],     | {\"error\":{\"message\":\"No function was called. See "
                + "'failed_generation'\",\"code\":\"tool_use_failed\",\"failed_generation\":\"<f>\"}}",
        "gemini-tools    | 400 | \"tools\":[{}],     | [{\"error\":{\"code\":400,\"message\":\"Function calling is not "
                + "enabled for models/gemma-3\",\"status\":\"INVALID_ARGUMENT\"}}]",
        "lm-studio       | 400 | \"response_format\":{\"type\":\"json_object\"}, | "
                + "{\"error\":\"'response_format.type' must "
                + "be 'json_schema' or 'text'\"}",
        "ark             | 400 | \"response_format\":{\"type\":\"json_schema\"}, | "
                + "{\"error\":{\"code\":\"InvalidParameter\","
                + "\"message\":\"invalid value: `json_schema`\",\"param\":\"response_format.type\"}}",
        "llama-template  | 500 | \"seed\":1,         | {\"error\":{\"code\":500,\"message\":\"Error: Jinja "
                + "Exception: roles "
                + "must alternate\",\"type\":\"server_error\"}}",
        "llama-older     | 500 | \"seed\":1,         | {\"error\":{\"code\":500,\"message\":\"roles must "
                + "alternate at row 19: "
                + "{{ raise_exception(1) }}\",\"type\":\"server_error\"}}",
        "bedrock-by-500  | 500 | \"tools\":[{}],     | {\"error\":{\"message\":\"This model doesn't support "
                + "tool use in "
                + "streaming mode.\"}}"})
    void whatTheRequestAsksForIsHeldAgainstNobody(String model, int status, String fields, String said) {
        local.does((request, line) -> {
            if (request.text().contains(fields)) {
                line.json(status, said);
            } else {
                line.json(200, Replies.chat("local"));
            }
        });
        for (int i = 0; i < 2; i++) {
            assertTrue(ask("local/" + model, false, fields).body().contains("from the cloud"), said);
        }
        HttpResponse<String> alone = ask("local/" + model, false, fields + "\"disable_fallbacks\":true,");
        assertEquals(400, alone.statusCode(), "in the upstream's words: " + alone.body());
        assertTrue(ask("local/" + model, false, "").body().contains("local"));
        assertFalse(leftAlone());
    }

    @Test
    void anImageThatTheServerCannotFetchIsHeldAgainstNobody() {
        local.does((request, line) -> line.json(request.method().equals("GET") ? 200 : 500,
                Replies.error("403, message='Forbidden', url='" + IMAGE + "'.", "InternalServerError", "x")));
        assertTrue(askWithImage("local/fetch", "").body().contains("from the cloud"));
        HttpResponse<String> alone = askWithImage("local/fetch", "\"disable_fallbacks\":true,");
        assertEquals(400, alone.statusCode());
        assertTrue(alone.body().contains("Forbidden"), alone.body());
        assertFalse(gateway.get("/health?model_id=local-id").body().contains("learned_refusals"), "others it can");
        assertFalse(leftAlone());
    }

    @Test
    void moreImagesThanAServerTakesAreHeldAgainstNobody() {
        local.does((request, line) -> line.json(400, "{\"object\":\"error\",\"message\":\"At most 1 image(s) may be "
                + "provided in one request.\",\"type\":\"BadRequestError\",\"param\":null,\"code\":400}"));
        for (int i = 0; i < 2; i++) {
            int before = local.posts().size();
            assertTrue(askWithImage("local/vllm", "").body().contains("from the cloud"));
            assertEquals(before + 1, local.posts().size(), "one image it takes, so nothing is remembered");
        }
    }

    /** What is the deployment's own, said by a 400: the next one answers, and it counts. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', value = {
        "401 | [{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass another.\","
                + "\"status\":\"INVALID_ARGUMENT\"}}]",
        "401 | {\"code\":\"Client specified an invalid argument\",\"error\":\"Incorrect API key provided: sk***YA\"}",
        "402 | {\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"Your credit "
                + "balance is too "
                + "low to go on.\"}}",
        "403 | {\"error\":{\"message\":\"Provider returned error\",\"code\":400,\"metadata\":{\"raw\":\"User "
                + "location is "
                + "not supported\"}}}"})
    void aKeyACreditOrAPlaceThatIsRefusedByA400IsTheDeployments(int status, String said) {
        try (RunningGateway own = RunningGateway.with(RunningGateway.localAndCloud(local, cloud)
                .replace("general_settings", "router_settings: {allowed_fails: 0}\ngeneral_settings"))) {
            local.does((request, line) -> line.json(400, said));
            HttpResponse<String> alone = own.post("/v1/chat/completions", RunningGateway.chat("local", false)
                    .replace("\"stream\"", "\"disable_fallbacks\":true,\"stream\""));
            assertEquals(status, alone.statusCode(), alone.body());
            assertTrue(own.post("/v1/chat/completions", RunningGateway.chat("local", false)).body()
                    .contains("from the cloud"));
            assertTrue(own.get("/health?model_id=local-id").body().contains("\"unhealthy_count\":1"), said);
        }
    }

    @Test
    void anEmptyFinishReasonEndsNothingAndWhatComesAfterTheLastOneIsPassedOn() {
        local.does((request, line) -> line.streamHead()
                .event(Replies.chunk("A").replace("\"finish_reason\":null", "\"finish_reason\":\"\""))
                .event(Replies.chunk("B").replace("\"finish_reason\":null", "\"finish_reason\":\"\""))
                .event(Replies.finish()).event(Replies.chunk("LATE"))
                .event("{\"choices\":[],\"usage\":{\"total_tokens\":7}}").event("[DONE]").endOfChunks());
        String stream = ask("local/late", true, "").body();
        assertTrue(stream.contains("\"A\"") && stream.contains("\"B\"") && stream.contains("LATE")
                && stream.contains("\"total_tokens\":7"), stream);
        assertTrue(stream.endsWith("data: [DONE]\n\n") && !stream.contains("\"error\""), stream);
    }
}
