package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.Json;

/**
 * Makes a whole completion of a stream, for the client that asked for a whole one of an upstream that streams whatever
 * it is asked: the texts of each choice's deltas are joined, and so are the arguments of its tool calls. An error in
 * the stream is the answer.
 */
public final class AnswerOfChunks implements EventParser.Sink {

    private final Map<Integer, ObjectNode> choices = new TreeMap<>();
    private ObjectNode answer;
    private byte[] error;
    private boolean garbage;
    private boolean done;

    private AnswerOfChunks() {
    }

    /** Whether the bytes begin as a stream of events does. */
    public static boolean isStream(int firstByte) {
        return firstByte == 'd' || firstByte == 'e' || firstByte == ':' || firstByte == 'i' || firstByte == 'r';
    }

    /**
     * @param stream all of it
     * @return a completion, or an object with an {@code error}
     * @throws UpstreamFailed if it is not whole
     */
    public static byte[] of(byte[] stream) {
        AnswerOfChunks joined = new AnswerOfChunks();
        EventParser parser = new EventParser(joined, stream.length);
        parser.feed(stream, stream.length);
        parser.end();
        return joined.bytes();
    }

    private byte[] bytes() {
        if (error != null) {
            byte[] object = new byte[error.length + 10];
            System.arraycopy("{\"error\":".getBytes(StandardCharsets.US_ASCII), 0, object, 0, 9);
            System.arraycopy(error, 0, object, 9, error.length);
            object[object.length - 1] = '}';
            return object;
        }
        boolean finished = !choices.isEmpty() && choices.values().stream()
                .allMatch(choice -> choice.path("finish_reason").isTextual());
        if (garbage || answer == null || !done && !finished) {
            throw UpstreamFailed.unreadable("the answer is a stream that is not whole");
        }
        ArrayNode all = answer.putArray("choices");
        choices.values().forEach(all::add);
        return Json.bytes(answer);
    }

    @Override
    public void event(String head, byte[] data) {
        if (Arrays.equals(data, ServerSentEvents.DONE)) {
            done = true;
            return;
        }
        try {
            byte[] told = Chunk.read(data).error();
            error = error == null ? told : error;
            if (Json.answerTree(data) instanceof ObjectNode chunk) {
                take(chunk);
            }
        } catch (IOException e) {
            garbage("no JSON");
        }
    }

    private void take(ObjectNode chunk) {
        JsonNode parts = chunk.remove("choices");
        if (parts == null || !parts.isArray()) {
            return;
        }
        if (answer == null) {
            answer = JsonNodeFactory.instance.objectNode();
        }
        chunk.properties().stream().filter(field -> !field.getValue().isNull())
                .forEach(field -> answer.set(field.getKey(), field.getValue()));
        answer.put("object", chunk.path("object").asText().startsWith("text_") ? "text_completion" : "chat.completion");
        for (JsonNode part : parts) {
            ObjectNode choice =
                    choices.computeIfAbsent(part.path("index").asInt(), index -> JsonNodeFactory.instance.objectNode()
                    .put("index", index));
            part.properties().forEach(field -> {
                if (field.getKey().equals("delta")) {
                    merge(choice.withObjectProperty("message"), field.getValue());
                } else if (!field.getKey().equals("index")) {
                    join(choice, field.getKey(), field.getValue());
                }
            });
        }
    }

    private static void merge(ObjectNode into, JsonNode delta) {
        delta.properties().forEach(field -> join(into, field.getKey(), field.getValue()));
    }

    /** Joins texts, appends to lists, and brings together the parts of what has an index. */
    private static void join(ObjectNode into, String name, JsonNode value) {
        JsonNode before = into.get(name);
        if (value.isNull()) {
            if (before == null) {
                into.set(name, value);
            }
        } else if (value.isTextual() && before != null && before.isTextual() && !isName(name)) {
            into.put(name, before.asText() + value.asText());
        } else if (value.isArray()) {
            ArrayNode list = before instanceof ArrayNode array ? array : into.putArray(name);
            value.forEach(item -> item(list, item));
        } else if (value.isObject() && before instanceof ObjectNode object) {
            merge(object, value);
        } else {
            into.set(name, value);
        }
    }

    private static void item(ArrayNode list, JsonNode item) {
        if (item.path("index").isInt()) {
            for (JsonNode known : list) {
                if (known instanceof ObjectNode object && known.path("index").asInt(-1) == item.get("index").asInt()) {
                    merge(object, item);
                    return;
                }
            }
        }
        list.add(item);
    }

    /** Said whole each time, and not in parts. */
    private static boolean isName(String name) {
        return name.equals("role") || name.equals("finish_reason") || name.equals("id") || name.equals("type")
                || name.equals("name");
    }

    @Override
    public void comment(byte[] line) {
        // keeps alive
    }

    @Override
    public void error(byte[] value) {
        error = error == null ? value : error;
    }

    @Override
    public void garbage(String what) {
        garbage = true;
    }
}
