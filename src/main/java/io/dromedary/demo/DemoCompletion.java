package io.dromedary.demo;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

import io.dromedary.client.CompletionJson;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.json.Json;

/**
 * Answers a chat or text completion with a sentence that says which upstream speaks, plain or as a stream of words.
 * Counts words for tokens. Knows nothing of prompts: it is for trying the gateway, not for testing a client.
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
        CompletionJson json = new CompletionJson(chat, "demo-" + Long.toHexString(System.nanoTime()),
                request.path("model").asText("demo"));
        List<String> words = List.of("Hello", " from", " the", " " + name, " demo", " upstream.");
        if (request.path("stream").asBoolean()) {
            stream(response, json, words);
        } else {
            plain(response, json, words);
        }
    }

    private static void plain(HttpServerResponse response, CompletionJson json, List<String> words) {
        response.putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(Json.bytes(json.whole(String.join("", words), 1, words.size()))));
    }

    private static void stream(HttpServerResponse response, CompletionJson json, List<String> words) {
        response.setChunked(true).putHeader("Content-Type", ServerSentEvents.CONTENT_TYPE);
        for (String word : words) {
            send(response, Json.bytes(json.chunk(word, null)));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        send(response, Json.bytes(json.chunk("", "stop")));
        send(response, ServerSentEvents.DONE);
        response.end();
    }

    private static void send(HttpServerResponse response, byte[] data) {
        response.write(Buffer.buffer(ServerSentEvents.event(data)));
    }
}
