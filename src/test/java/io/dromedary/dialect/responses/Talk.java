package io.dromedary.dialect.responses;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.dromedary.client.ApiError;
import io.dromedary.dialect.DialectRequest;
import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;

/** A client of the dialect without a gateway: what goes upstream of its requests, and what comes back. */
final class Talk {

    static final ObjectMapper TREES = new ObjectMapper();
    static final String OWNER = "master";

    private long now;
    final ResponseStore store;
    final ResponsesDialect dialect;

    Talk() {
        this(1000, 1 << 20);
    }

    Talk(long items, long bytes) {
        store = new ResponseStore(items, bytes, 1000, () -> now);
        dialect = new ResponsesDialect(store, true);
    }

    void passes(long ms) {
        now += ms;
    }

    /** JSON with single quotes for double ones. */
    static String json(String text) {
        return text.replace('\'', '"');
    }

    Translation asks(String request) {
        return asks(OWNER, json(request).getBytes(StandardCharsets.UTF_8));
    }

    Translation asks(String owner, byte[] request) {
        return dialect.translate(new DialectRequest(request, owner, "call-1", name -> null, 1000, bytes -> { }));
    }

    /** The request for chat, of {@code input} (JSON) and other fields. */
    JsonNode chat(String request) {
        return tree(asks(request).chat());
    }

    /** The messages for chat of an input. */
    JsonNode messages(String input) {
        return chat("{'model':'m','input':" + input + "}").get("messages");
    }

    static JsonNode tree(byte[] json) {
        try {
            return TREES.readTree(json);
        } catch (IOException e) {
            throw new AssertionError(new String(json, StandardCharsets.UTF_8), e);
        }
    }

    static JsonNode tree(String json) {
        return tree(json(json).getBytes(StandardCharsets.UTF_8));
    }

    /** The plain answer to a message that a model gives, with a finish reason. */
    static JsonNode answer(Translation asked, String message, String finish) {
        return tree(asked.answer(json("{'id':'chatcmpl-1','choices':[{'index':0,'finish_reason':'" + finish
                + "','message':" + message + "}],'usage':{'prompt_tokens':41,'completion_tokens':3,'total_tokens':44,"
                + "'prompt_tokens_details':{'cached_tokens':32},'completion_tokens_details':{'reasoning_tokens':2}}}")
                .getBytes(StandardCharsets.UTF_8), new Telling("qwen", false, bytes -> { })));
    }

    static JsonNode says(Translation asked, String text) {
        return answer(asked, "{'role':'assistant','content':'" + text + "'}", "stop");
    }

    static byte[] delta(String delta) {
        return json("{'choices':[{'index':0,'delta':" + delta + "}]}").getBytes(StandardCharsets.UTF_8);
    }

    static byte[] finish(String reason) {
        return json("{'choices':[{'index':0,'delta':{},'finish_reason':'" + reason + "'}]}")
                .getBytes(StandardCharsets.UTF_8);
    }

    static final byte[] USAGE = json("{'choices':[],'usage':{'prompt_tokens':41,'completion_tokens':3}}")
            .getBytes(StandardCharsets.UTF_8);

    /** The bytes of a stream that ends well. */
    static byte[] stream(Translation asked, byte[]... chunks) {
        StreamTranslation stream = asked.stream(new Telling("qwen", false, bytes -> { }));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] chunk : chunks) {
            stream.chunk(chunk, out);
        }
        stream.end(out);
        return out.toByteArray();
    }

    /** The bytes of a stream that breaks off. */
    static byte[] brokenStream(Translation asked, ApiError error, byte[]... chunks) {
        StreamTranslation stream = asked.stream(new Telling("qwen", false, bytes -> { }));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] chunk : chunks) {
            stream.chunk(chunk, out);
        }
        stream.fail(error, out);
        return out.toByteArray();
    }

    /** The data of the events of a stream; each event's name is its type. */
    static List<JsonNode> events(byte[] stream) {
        List<JsonNode> events = new ArrayList<>();
        for (String event : new String(stream, StandardCharsets.UTF_8).split("\n\n")) {
            if (event.startsWith(":")) {
                continue;
            }
            String[] lines = event.split("\n");
            if (lines.length != 2 || !lines[0].startsWith("event: ") || !lines[1].startsWith("data: ")) {
                throw new AssertionError("no event: " + event);
            }
            JsonNode data = tree(lines[1].substring(6).getBytes(StandardCharsets.UTF_8));
            if (!lines[0].substring(7).equals(data.path("type").asText())) {
                throw new AssertionError("the name is not the type: " + event);
            }
            events.add(data);
        }
        return events;
    }

    /** The types of events, without what they begin with. */
    static List<String> types(List<JsonNode> events) {
        return events.stream().map(event -> event.get("type").asText().replace("response.", "")).toList();
    }
}
