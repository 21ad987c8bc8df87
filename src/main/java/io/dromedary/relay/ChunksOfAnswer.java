package io.dromedary.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.Json;

/**
 * Makes a stream of a whole completion, for the client that asked for a stream of an upstream that knows none: one
 * chunk with all of each choice, one with the usage, {@code [DONE]}.
 */
public final class ChunksOfAnswer {

    private ChunksOfAnswer() {
    }

    /**
     * @param answer a chat completion or a text completion
     * @return the bytes of the stream
     * @throws UpstreamFailed if it is neither
     */
    public static byte[] of(byte[] answer) {
        try {
            if (!(Json.answerTree(answer) instanceof ObjectNode root)
                    || !(root.get("choices") instanceof ArrayNode choices)) {
                throw UpstreamFailed.unreadable("a stream was asked for, and the answer is no completion");
            }
            JsonNode usage = root.remove("usage");
            root.put("object",
                    root.path("object").asText().startsWith("text_") ? "text_completion" : "chat.completion.chunk");
            for (JsonNode choice : choices) {
                if (choice instanceof ObjectNode object && object.has("message")) {
                    object.set("delta", delta(object.remove("message")));
                }
            }
            ByteArrayOutputStream out = new ByteArrayOutputStream(answer.length + 512);
            ServerSentEvents.append(out, "", Json.bytes(root));
            if (usage != null && usage.isObject()) {
                choices.removeAll();
                root.set("usage", usage);
                ServerSentEvents.append(out, "", Json.bytes(root));
            }
            ServerSentEvents.append(out, "", ServerSentEvents.DONE);
            return out.toByteArray();
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not JSON");
        }
    }

    /** In a stream, each call of a tool says which it is. */
    private static JsonNode delta(JsonNode message) {
        int index = 0;
        for (JsonNode tool : message.path("tool_calls")) {
            if (tool instanceof ObjectNode call && !call.has("index")) {
                call.put("index", index);
            }
            index++;
        }
        return message;
    }
}
