package io.dromedary.dialect.messages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.anthropic.core.ObjectMappers;
import com.anthropic.helpers.MessageAccumulator;
import com.anthropic.models.messages.Message;
import com.anthropic.models.messages.RawMessageStreamEvent;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;

import io.dromedary.dialect.StreamTranslation;
import io.dromedary.dialect.Telling;
import io.dromedary.dialect.Translation;

/** Answers of chat upstreams, told in the Messages API, and read by Anthropic's own types. */
final class Answers {

    static final Translation REQUEST =
            Requests.translation("{'messages':[{'role':'user','content':'q'}],'stop_sequences':['END']}");

    private Answers() {
    }

    /** A chunk whose first choice has that delta. */
    static String delta(String delta) {
        return "{'choices':[{'index':0,'delta':" + delta + "}]}";
    }

    static String finish(String reason) {
        return "{'choices':[{'index':0,'delta':{},'finish_reason':'" + reason + "'}]}";
    }

    static String usage(String usage) {
        return "{'choices':[],'usage':{" + usage + "}}";
    }

    /** What a client gets of these chunks, with single quotes, and a whole end. */
    static String stream(String... chunks) {
        StreamTranslation stream = REQUEST.stream(new Telling("m", false, bytes -> { }));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String chunk : chunks) {
            stream.chunk(Requests.bytes(chunk), out);
        }
        stream.end(out);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** The data of each event of a stream. */
    static List<JsonNode> events(String stream) {
        List<JsonNode> events = new ArrayList<>();
        assertTrue(stream.endsWith("\n\n"), stream);
        for (String event : stream.split("\n\n")) {
            String[] lines = event.split("\n");
            assertEquals(2, lines.length, event);
            JsonNode data = Requests.tree(lines[1].substring("data: ".length()).getBytes(StandardCharsets.UTF_8));
            assertEquals("event: " + data.get("type").textValue(), lines[0]);
            events.add(data);
        }
        return events;
    }

    /**
     * Holds a whole stream to the law of its events: one start and one end, blocks one after the other, indices without
     * a gap, something in each block.
     */
    static void requireLawful(List<JsonNode> events) {
        assertEquals("message_start", events.get(0).get("type").textValue());
        assertEquals("message_stop", events.get(events.size() - 1).get("type").textValue());
        assertEquals("message_delta", events.get(events.size() - 2).get("type").textValue());
        int index = 0;
        boolean open = false;
        int deltas = 0;
        for (JsonNode event : events.subList(1, events.size() - 2)) {
            assertEquals(index, event.get("index").intValue(), event.toString());
            switch (event.get("type").textValue()) {
                case "content_block_start" -> {
                    assertTrue(!open, event.toString());
                    open = true;
                    deltas = 0;
                }
                case "content_block_delta" -> {
                    assertTrue(open, event.toString());
                    deltas++;
                }
                case "content_block_stop" -> {
                    assertTrue(open && deltas > 0, event.toString());
                    open = false;
                    index++;
                }
                default -> throw new AssertionError(event.toString());
            }
        }
        assertTrue(!open, "a block is open at the end");
    }

    /** The message that Anthropic's client makes of a stream. */
    static Message accumulated(String stream) {
        requireLawful(events(stream));
        MessageAccumulator message = MessageAccumulator.create();
        for (JsonNode event : events(stream)) {
            message.accumulate(read(event.toString(), RawMessageStreamEvent.class).validate());
        }
        return message.message().validate();
    }

    /** What a client gets of a whole completion. */
    static JsonNode plain(String completion) {
        return Requests.tree(REQUEST.answer(Requests.bytes(completion), new Telling("m", false, bytes -> { })));
    }

    /** The same, with one choice that has this message. */
    static JsonNode plain(String message, String finish) {
        return plain("{'id':'chatcmpl-1','choices':[{'index':0,'message':" + message + ",'finish_reason':'" + finish
                + "'}],'usage':{'prompt_tokens':41,'completion_tokens':3,'prompt_tokens_details':"
                + "{'cached_tokens':32}}}");
    }

    /** A plain answer as Anthropic's client has it. */
    static Message message(JsonNode plain) {
        return read(plain.toString(), Message.class).validate();
    }

    private static <T> T read(String json, Class<T> type) {
        try {
            return ObjectMappers.jsonMapper().readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError(json, e);
        }
    }
}
