package io.dromedary.demo;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

import io.dromedary.json.Json;

/**
 * Answers a chat or text completion with a sentence that says which upstream speaks, plain or as a stream of words. Counts
 * words for tokens. Knows nothing of prompts: it is for trying the gateway, not for testing a client.
 */
public final class DemoCompletion implements Processor {

    private static final long PAUSE_NANOS = 40_000_000L;

    private String name = "demo";

    /** What the upstream calls itself. */
    public void setName(String name) {
        this.name = name;
    }

    @Override
    public void process(Exchange exchange) throws IOException {
        HttpServerResponse response = exchange.getMessage(HttpMessage.class).getResponse();
        boolean chat = exchange.getMessage(HttpMessage.class).getRequest().path().endsWith("/chat/completions");
        JsonNode request = Json.tree(exchange.getMessage().getBody(byte[].class));
        String model = request.path("model").asText("demo");
        List<String> words = List.of("Hello", " from", " the", " " + name, " demo", " upstream.");
        if (request.path("stream").asBoolean()) {
            stream(response, model, chat, words);
        } else {
            plain(response, model, chat, words);
        }
    }

    private static void plain(HttpServerResponse response, String model, boolean chat, List<String> words) {
        String text = String.join("", words);
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put(chat ? "message" : "text", chat ? Map.of("role", "assistant", "content", text) : text);
        choice.put("finish_reason", "stop");
        Map<String, Object> answer = object(model, chat ? "chat.completion" : "text_completion", choice);
        answer.put("usage", Map.of("prompt_tokens", 1, "completion_tokens", words.size(), "total_tokens", words.size() + 1));
        response.putHeader("Content-Type", "application/json").end(Buffer.buffer(Json.bytes(answer)));
    }

    private static void stream(HttpServerResponse response, String model, boolean chat, List<String> words) {
        response.setChunked(true).putHeader("Content-Type", "text/event-stream");
        for (String word : words) {
            send(response, model, chat, chat ? Map.of("content", word) : word, null);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        send(response, model, chat, chat ? Map.of() : "", "stop");
        response.write("data: [DONE]\n\n");
        response.end();
    }

    private static void send(HttpServerResponse response, String model, boolean chat, Object content, String finish) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", 0);
        choice.put(chat ? "delta" : "text", content);
        choice.put("finish_reason", finish);
        Buffer event = Buffer.buffer("data: ")
                .appendBytes(Json.bytes(object(model, chat ? "chat.completion.chunk" : "text_completion", choice)))
                .appendString("\n\n");
        response.write(event);
    }

    private static Map<String, Object> object(String model, String kind, Map<String, Object> choice) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("id", "demo-" + Long.toHexString(System.nanoTime()));
        object.put("object", kind);
        object.put("created", System.currentTimeMillis() / 1000);
        object.put("model", model);
        object.put("choices", List.of(choice));
        return object;
    }
}
