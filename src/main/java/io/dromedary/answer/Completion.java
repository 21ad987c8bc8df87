package io.dromedary.answer;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.apache.camel.Exchange;

import io.dromedary.catalogue.Operation;
import io.dromedary.gateway.GatewayStep;
import io.dromedary.json.Json;
import io.dromedary.request.ClientCall;
import io.dromedary.request.PlanRequest;
import io.dromedary.request.ReadRequest;
import io.dromedary.request.RequestFields;

/**
 * Makes the text in the message body the answer of a model, in the form that the client asked for: a chat completion or a text completion
 * of OpenAI's API, as a stream of two events where it wants one. The step {@code answer} writes it. Tokens are not counted: {@code usage}
 * tells zero.
 */
public final class Completion extends GatewayStep {

    @Override
    public void process(Exchange exchange) {
        Operation operation = Operation.of(exchange.getProperty(ReadRequest.OPERATION, String.class));
        if (operation == Operation.EMBEDDING) {
            throw ApiError.badRequest(null, "model", "This model answers with text and makes no embeddings");
        }
        String body = exchange.getMessage().getBody(String.class);
        String text = body == null ? "" : body;
        RequestFields fields = exchange.getProperty(ReadRequest.FIELDS, RequestFields.class);
        Answered answered = new Answered(operation == Operation.CHAT, ClientCall.of(exchange).id(),
                exchange.getProperty(PlanRequest.MODEL, "", String.class));
        if (fields != null && fields.stream()) {
            String events = event(answered.chunk(text, null)) + event(answered.chunk("", "stop")) + "data: [DONE]\n\n";
            exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/event-stream; charset=utf-8");
            exchange.getMessage().setBody(events.getBytes(StandardCharsets.UTF_8));
        } else {
            exchange.getMessage().setBody(answered.whole(text));
        }
    }

    private static String event(Map<String, Object> chunk) {
        return "data: " + new String(Json.bytes(chunk), StandardCharsets.UTF_8) + "\n\n";
    }

    /** The fields that OpenAI's reference asks of an answer and of a chunk. */
    private record Answered(boolean chat, String id, String model) {

        Map<String, Object> whole(String text) {
            Map<String, Object> choice = choice("stop");
            choice.put(chat ? "message" : "text", chat ? message("assistant", text) : text);
            Map<String, Object> answer = object(chat ? "chat.completion" : "text_completion", choice);
            answer.put("usage", Map.of("prompt_tokens", 0, "completion_tokens", 0, "total_tokens", 0));
            return answer;
        }

        Map<String, Object> chunk(String text, String finish) {
            Map<String, Object> choice = choice(finish);
            Map<String, Object> delta = finish == null ? message("assistant", text) : Map.of();
            choice.put(chat ? "delta" : "text", chat ? delta : text);
            return object(chat ? "chat.completion.chunk" : "text_completion", choice);
        }

        private static Map<String, Object> message(String role, String content) {
            Map<String, Object> message = new LinkedHashMap<>();
            message.put("role", role);
            message.put("content", content);
            return message;
        }

        private static Map<String, Object> choice(String finish) {
            Map<String, Object> choice = new LinkedHashMap<>();
            choice.put("index", 0);
            choice.put("finish_reason", finish);
            return choice;
        }

        private Map<String, Object> object(String kind, Map<String, Object> choice) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("id", (chat ? "chatcmpl-" : "cmpl-") + id);
            object.put("object", kind);
            object.put("created", Instant.now().getEpochSecond());
            object.put("model", model);
            object.put("choices", List.of(choice));
            return object;
        }
    }
}
