package io.dromedary.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.request.HiddenTexts;

/**
 * Gives an answer the personal data back that was hidden from its model. Of a stream, the end of a text that may be the
 * beginning of a mark waits for the next chunk of the same text: a few characters, and no longer than the next ones
 * come. Not safe for several threads.
 */
final class RestoredAnswer {

    private static final String ARGUMENTS = "arguments";
    private static final String CALLS = "tool_calls";
    /** So many texts of a stream may wait at the same time; an answer has a few. */
    private static final int MOST_WAITING = 1000;

    private final HiddenTexts hidden;
    private final Map<Text, String> waiting = new LinkedHashMap<>();

    /**
     * One text of a stream.
     *
     * @param choice the index of its choice
     * @param field  its name in the delta; {@code arguments} for those of a tool call
     * @param call   the index of the tool call, else -1
     */
    private record Text(int choice, String field, int call) {
    }

    /** @param hidden what was hidden */
    RestoredAnswer(HiddenTexts hidden) {
        this.hidden = hidden;
    }

    /**
     * A whole answer, with the data in each of its texts.
     *
     * @throws IOException if it is no JSON
     */
    static byte[] whole(byte[] json, HiddenTexts hidden) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(json.length);
        int from = 0;
        JsonWalk walk = JsonWalk.overAnswer(json);
        for (JsonToken token = walk.next(); token != null; token = walk.next()) {
            if (token == JsonToken.VALUE_STRING) {
                String text = walk.text();
                String restored = hidden.restored(text);
                if (!restored.equals(text)) {
                    out.write(json, from, walk.start() - from);
                    out.writeBytes(Json.literal(restored));
                    from = walk.end();
                }
            }
        }
        out.write(json, from, json.length - from);
        return out.toByteArray();
    }

    /**
     * The next chunk of a stream.
     *
     * @throws IOException if it is no JSON of a chunk's size
     */
    byte[] next(byte[] chunk) throws IOException {
        JsonNode tree = Json.tree(chunk);
        if (!tree.path("choices").isArray()) {
            return chunk;
        }
        for (JsonNode choice : tree.path("choices")) {
            if (choice instanceof ObjectNode object) {
                choice(object);
            }
        }
        return Json.bytes(tree);
    }

    /** What still waits at the end, as a chunk; null where nothing does. */
    byte[] rest() {
        if (waiting.isEmpty()) {
            return null;
        }
        ObjectNode chunk = JsonNodeFactory.instance.objectNode().put("object", "chat.completion.chunk");
        ArrayNode choices = chunk.putArray("choices");
        for (Text text : Set.copyOf(waiting.keySet())) {
            ObjectNode choice = choices.addObject().put("index", text.choice());
            flush(choice, text);
        }
        return Json.bytes(chunk);
    }

    private void choice(ObjectNode choice) {
        int index = choice.path("index").asInt();
        boolean last = choice.path("finish_reason").isTextual();
        Set<Text> seen = new HashSet<>();
        texts(choice, index, false, last, seen);
        if (choice.get("delta") instanceof ObjectNode delta) {
            texts(delta, index, true, last, seen);
            for (JsonNode call : delta.path(CALLS)) {
                if (call.get("function") instanceof ObjectNode function) {
                    text(function, new Text(index, ARGUMENTS, call.path("index").asInt()), last, seen);
                }
            }
        }
        // Another text has begun, or none comes any more: what waits is no beginning of a mark.
        if (last || !seen.isEmpty()) {
            for (Text text : Set.copyOf(waiting.keySet())) {
                if (text.choice() == index && !seen.contains(text)) {
                    flush(choice, text);
                }
            }
        }
    }

    private void texts(ObjectNode object, int index, boolean delta, boolean last, Set<Text> seen) {
        Iterator<String> names = Set.copyOf(object.properties().stream().map(Map.Entry::getKey).toList()).iterator();
        while (names.hasNext()) {
            String name = names.next();
            if (delta ? !name.equals("role") : name.equals("text")) {
                text(object, new Text(index, name, -1), last, seen);
            }
        }
    }

    private void text(ObjectNode object, Text text, boolean last, Set<Text> seen) {
        JsonNode said = object.get(text.field());
        if (said == null || !said.isTextual() || said.textValue().isEmpty() && !last) {
            return;
        }
        seen.add(text);
        String before = waiting.remove(text);
        String all = before == null ? said.textValue() : before + said.textValue();
        int told = last || waiting.size() >= MOST_WAITING ? all.length() : hidden.told(all);
        if (told < all.length()) {
            waiting.put(text, all.substring(told));
        }
        object.put(text.field(), hidden.restored(all.substring(0, told)));
    }

    private void flush(ObjectNode choice, Text text) {
        String rest = waiting.remove(text);
        if (text.field().equals("text") && !choice.has("delta")) {
            choice.put("text", rest);
            return;
        }
        ObjectNode delta = choice.get("delta") instanceof ObjectNode object ? object : choice.putObject("delta");
        if (text.call() < 0) {
            delta.put(text.field(), rest);
        } else {
            ArrayNode calls = delta.get(CALLS) instanceof ArrayNode list ? list : delta.putArray(CALLS);
            calls.addObject().put("index", text.call()).putObject("function").put(ARGUMENTS, rest);
        }
    }
}
