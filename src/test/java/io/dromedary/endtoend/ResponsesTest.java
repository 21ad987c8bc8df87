package io.dromedary.endtoend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.OpenAIServiceException;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.responses.FunctionTool;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseFunctionToolCall;
import com.openai.models.responses.ResponseInputItem;
import com.openai.models.responses.ResponseStatus;
import com.openai.models.responses.ResponseStreamEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.RegisterExtension;

import io.dromedary.harness.FakeUpstream;
import io.dromedary.harness.Fixture;
import io.dromedary.harness.Replies;
import io.dromedary.harness.RunningGateway;

/** The Responses API with the official client, in front of deployments that speak chat. */
@TestInstance(Lifecycle.PER_CLASS)
class ResponsesTest {

    private static final String TWO_CALLS = """
            {"id":"c","object":"chat.completion","created":1,"model":"x","choices":[{"index":0,"finish_reason":"stop",
            "message":{"role":"assistant","content":null,"tool_calls":[
            {"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Ulm\\"}"}},
            {"id":"call_2","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Bonn\\"}"}}]}}],
            "usage":{"prompt_tokens":9,"completion_tokens":7,"total_tokens":16}}""";

    @RegisterExtension
    private final Fixture fixture = new Fixture();
    private final FakeUpstream local = fixture.upstream();
    private final FakeUpstream cloud = fixture.upstream();
    private final RunningGateway gateway = fixture.gateway(RunningGateway.localAndCloud(local, cloud));

    @BeforeEach
    void answerAgain() {
        local.does((request, line) -> {
            if (request.text().contains("\"stream\":true")) {
                line.stream("one ", "two");
            } else {
                line.json(200, Replies.chat("hi there"));
            }
        });
        cloud.does((request, line) -> line.stream("from the ", "cloud"));
    }

    private static ResponseCreateParams.Builder asks(String text) {
        return ResponseCreateParams.builder().model("local").input(text);
    }

    private Response create(ResponseCreateParams params) {
        return gateway.openai().responses().create(params).validate();
    }

    private Response streamed(ResponseCreateParams params, List<ResponseStreamEvent> events) {
        ResponseAccumulator accumulator = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream = gateway.openai().responses().createStreaming(params)) {
            stream.stream().forEach(event -> {
                events.add(event);
                accumulator.accumulate(event);
            });
        }
        return accumulator.response();
    }

    private static String text(Response response) {
        return response.output().get(response.output().size() - 1).asMessage().content().get(0).asOutputText().text();
    }

    @Test
    void aPlainRequestIsAnsweredUnderTheNameTheClientUsed() {
        Response response = create(asks("Hello").instructions("be brief").build());
        assertEquals("hi there", text(response));
        assertEquals("local", response.model().asString());
        assertEquals("/v1/chat/completions", local.last().path());
        assertTrue(local.last().text().contains("{\"role\":\"system\",\"content\":\"be brief\"},"
                + "{\"role\":\"user\",\"content\":\"Hello\"}"), local.last().text());
    }

    @Test
    void aStreamIsToldInEventsAndNumbered() {
        List<ResponseStreamEvent> events = new ArrayList<>();
        assertEquals("one two", text(streamed(asks("Hello").build(), events)));
        assertTrue(events.get(0).isCreated());
        assertTrue(events.get(events.size() - 1).isCompleted());
        assertEquals(events.size() - 1, events.get(events.size() - 1).asCompleted().sequenceNumber());
        assertTrue(local.last().text().contains("\"include_usage\":true"), local.last().text());
    }

    @Test
    void twoParallelToolsAreCalledAndTheirResultsGoBack() {
        local.does((request, line) -> line.json(200, request.text().contains("\"tool\"") ? Replies.chat("cold")
                : TWO_CALLS));
        ResponseCreateParams.Builder params = asks("Weather?").addTool(FunctionTool.builder().name("weather")
                .strict(false).parameters(FunctionTool.Parameters.builder()
                .putAdditionalProperty("type", JsonValue.from("object")).build()).build());
        Response first = create(params.build());
        List<ResponseInputItem> items = new ArrayList<>();
        first.output().forEach(item -> items.add(ResponseInputItem.ofFunctionCall(item.asFunctionCall())));
        for (var item : first.output()) {
            ResponseFunctionToolCall call = item.asFunctionCall();
            items.add(ResponseInputItem.ofFunctionCallOutput(ResponseInputItem.FunctionCallOutput.builder()
                    .callId(call.callId()).output("3 C").build()));
        }
        Response second = create(params.inputOfResponse(items).build());
        assertEquals("cold", text(second));
        String sent = local.last().text();
        assertEquals(2, sent.split("\"role\":\"tool\"", -1).length - 1);
        assertEquals(1, sent.split("\"role\":\"assistant\"", -1).length - 1, sent);
    }

    @Test
    void aResponseGoesOnFromThePreviousOneAndFromAnItem() {
        Response first = create(asks("Hello").build());
        create(asks("More").previousResponseId(first.id()).build());
        String turns = "{\"role\":\"user\",\"content\":\"Hello\"},{\"role\":\"assistant\",\"content\":\"hi there\"},"
                + "{\"role\":\"user\",\"content\":\"More\"}";
        assertTrue(local.last().text().contains(turns), local.last().text());
        gateway.post("/v1/responses", "{\"model\":\"local\",\"input\":[{\"role\":\"user\",\"content\":\"Hello\"},"
                + "{\"type\":\"item_reference\",\"id\":\"" + first.output().get(0).asMessage().id()
                + "\"},{\"role\":\"user\",\"content\":\"More\"}]}");
        assertTrue(local.last().text().contains(turns), local.last().text());
    }

    @Test
    void anIdThatIsNotThereIsRefusedAndNothingGoesUpstream() {
        int before = local.posts().size();
        BadRequestException error = assertThrows(BadRequestException.class,
                () -> create(asks("x").previousResponseId("resp_x").build()));
        assertTrue(error.getMessage().contains("'resp_x'"), error.getMessage());
        assertEquals("previous_response_not_found", error.code().orElseThrow());
        assertEquals(before, local.posts().size());
    }

    @Test
    void aKeptResponseIsReadListedAndDeleted() {
        Response first = create(asks("Hello").build());
        assertEquals("hi there", text(gateway.openai().responses().retrieve(first.id())));
        assertEquals(1, gateway.openai().responses().inputItems().list(first.id()).data().size());
        gateway.openai().responses().delete(first.id());
        assertThrows(NotFoundException.class, () -> gateway.openai().responses().retrieve(first.id()));
    }

    @Test
    void aStructuredAnswerIsAskedForInChatsTerms() {
        gateway.post("/v1/responses", """
                {"model":"local","input":"x","text":{"format":{"type":"json_schema","name":"n","strict":true,
                "schema":{"type":"object"}}}}""");
        assertTrue(local.last().text().contains("\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{"
                + "\"name\":\"n\",\"schema\":{\"type\":\"object\"},\"strict\":true}}"), local.last().text());
    }

    @Test
    void whatIsLeftOutIsTold() {
        var answer = gateway.post("/v1/responses", """
                {"model":"local","input":"x","tools":[{"type":"web_search"}],"truncation":"auto"}""");
        assertEquals(200, answer.statusCode(), answer.body());
        String told = answer.headers().firstValue("x-dromedary-dropped-params").orElse("");
        assertTrue(told.contains("tools.web_search") && told.contains("truncation"), told);
    }

    @Test
    void anErrorBeforeContentIsAnHttpStatus() {
        local.does((request, line) -> line.json(400, Replies.error("too long", "invalid_request_error",
                "context_length_exceeded")));
        cloud.does((request, line) -> line.json(400, Replies.error("too long", "invalid_request_error",
                "context_length_exceeded")));
        OpenAIServiceException error = assertThrows(OpenAIServiceException.class,
                () -> streamed(asks("x").build(), new ArrayList<>()));
        assertEquals(400, error.statusCode());
        assertEquals("context_length_exceeded", error.code().orElseThrow());
    }

    @Test
    void beforeContentAnotherDeploymentAnswers() {
        local.does((request, line) -> {
            line.streamHead().event(Replies.role());
            line.hangUp();
        });
        List<ResponseStreamEvent> events = new ArrayList<>();
        assertEquals("from the cloud", text(streamed(asks("x").build(), events)));
        assertEquals(1, events.stream().filter(ResponseStreamEvent::isCreated).count());
    }

    @Test
    void aStreamThatBreaksOffAfterContentFailsAndIsNotCompleted() {
        local.does((request, line) -> {
            line.streamHead().event(Replies.chunk("half"));
            line.hangUp();
        });
        List<ResponseStreamEvent> events = new ArrayList<>();
        Response response = streamed(asks("x").build(), events);
        assertEquals(ResponseStatus.FAILED, response.status().orElseThrow());
        assertTrue(events.stream().anyMatch(ResponseStreamEvent::isOutputTextDelta));
        assertTrue(events.get(events.size() - 1).isFailed());
        assertFalse(events.stream().anyMatch(ResponseStreamEvent::isCompleted));
    }
}
