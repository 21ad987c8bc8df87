package io.dromedary.demo;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

import io.dromedary.client.CompletionJson;
import io.dromedary.client.ServerSentEvents;
import io.dromedary.json.Json;
import io.dromedary.json.ObjectFields;

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
        byte[] body = exchange.getMessage().getBody(byte[].class);
        // Picked out of the rest: a client with many tools sends more than is made a tree of.
        ObjectFields request = ObjectFields.pick(body, "model", "stream", "stream_options");
        CompletionJson json = new CompletionJson(chat, "demo-" + Long.toHexString(System.nanoTime()),
                request.find("model").flatMap(request::text).orElse("demo"));
        List<String> words = List.of("Hello", " from", " the", " " + name, " demo", " upstream.");
        if (request.find("stream").filter(stream -> stream.kind() == JsonToken.VALUE_TRUE).isPresent()) {
            stream(response, json, words, asksUsage(body, request));
        } else {
            plain(response, json, words);
        }
    }

    private static void plain(HttpServerResponse response, CompletionJson json, List<String> words) {
        response.putHeader("Content-Type", "application/json")
                .end(Buffer.buffer(Json.bytes(json.whole(String.join("", words), 1, words.size()))));
    }

    private static boolean asksUsage(byte[] body, ObjectFields request) throws IOException {
        ObjectFields.Field options = request.find("stream_options").orElse(null);
        return options != null && options.kind() == JsonToken.START_OBJECT
                && ObjectFields.pickOfAnswer(body, options.value(), options.end(), "include_usage")
                .find("include_usage").filter(asked -> asked.kind() == JsonToken.VALUE_TRUE).isPresent();
    }

    private static void stream(HttpServerResponse response, CompletionJson json, List<String> words, boolean usage) {
        response.setChunked(true).putHeader("Content-Type", ServerSentEvents.CONTENT_TYPE);
        for (String word : words) {
            send(response, Json.bytes(json.chunk(word, null)));
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        send(response, Json.bytes(json.chunk("", "stop")));
        if (usage) {
            send(response, Json.bytes(json.usage(1, words.size())));
        }
        send(response, ServerSentEvents.DONE);
        response.end();
    }

    private static void send(HttpServerResponse response, byte[] data) {
        response.write(Buffer.buffer(ServerSentEvents.event(data)));
    }
}
