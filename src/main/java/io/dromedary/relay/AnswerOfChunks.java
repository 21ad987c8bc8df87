package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;

/**
 * Makes a whole completion of a stream, for the client that asked for a whole one of an upstream that streams whatever
 * it is asked: the texts of each choice's deltas are joined, and so are the arguments of its tool calls. An error in
 * the stream is the answer. No tree is made: see {@link JoinedObject}.
 */
public final class AnswerOfChunks implements EventParser.Sink {

    /** So many times the stream's bytes are taken meanwhile: by texts that grow, and by the completion. */
    public static final int TIMES = 3;

    private static final int FRAME = 16;

    private final JoinedObject.Room room = new JoinedObject.Room();
    private final Map<Long, JoinedObject> choices = new TreeMap<>();
    private final Map<String, byte[]> answer = new LinkedHashMap<>();
    private boolean begun;
    private byte[] error;
    private String broken;
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
        Collected out = new Collected(0);
        if (error != null) {
            out.room(error.length + 10);
            out.writeBytes(ascii("{\"error\":"));
            out.writeBytes(error);
            out.write('}');
            return out.takeAll();
        }
        boolean finished = !choices.isEmpty() && choices.values().stream()
                .allMatch(choice -> choice.hasText("finish_reason"));
        if (broken != null || !begun || !done && !finished) {
            throw UpstreamFailed.unreadable(broken == null ? "the answer is a stream that is not whole"
                    : "the answer is a stream with " + broken);
        }
        out.room(size());
        out.write('{');
        answer.forEach((name, value) -> {
            out.writeBytes(Json.literal(name));
            out.write(':');
            out.writeBytes(value);
            out.write(',');
        });
        out.writeBytes(ascii("\"choices\":["));
        boolean first = true;
        for (JoinedObject choice : choices.values()) {
            if (!first) {
                out.write(',');
            }
            choice.writeTo(out);
            first = false;
        }
        out.writeBytes(ascii("]}"));
        return out.takeAll();
    }

    /** About how many bytes the completion has. */
    private int size() {
        long size = FRAME;
        for (Map.Entry<String, byte[]> field : answer.entrySet()) {
            size += 2L * field.getKey().length() + FRAME + field.getValue().length;
        }
        for (JoinedObject choice : choices.values()) {
            size += 1 + choice.size();
        }
        return (int) Math.min(size, Integer.MAX_VALUE / 2);
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
            if (JsonWalk.overAnswer(data).next() == JsonToken.START_OBJECT) {
                take(data);
            }
        } catch (JoinedObject.TooMany e) {
            garbage(e.getMessage());
        } catch (IOException e) {
            garbage("data that is no chunk");
        }
    }

    private void take(byte[] chunk) throws IOException {
        ObjectFields known = ObjectFields.pickOfAnswer(chunk, "choices", "object");
        ObjectFields.Field parts = known.find("choices").filter(field -> field.kind() == JsonToken.START_ARRAY)
                .orElse(null);
        if (parts == null) {
            return;
        }
        begun = true;
        JsonWalk walk = JsonWalk.overAnswer(chunk);
        walk.next();
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.is("choices") ? null : walk.text();
            JsonToken kind = walk.next();
            int from = walk.start();
            walk.skip();
            if (name != null && kind != JsonToken.VALUE_NULL) {
                set(name, Arrays.copyOfRange(chunk, from, walk.end()));
            }
        }
        boolean text = known.find("object").flatMap(known::text).orElse("").startsWith("text_");
        set("object", Json.literal(text ? "text_completion" : "chat.completion"));
        JsonWalk part = JsonWalk.overAnswer(chunk, parts.value(), parts.end());
        part.next();
        while (part.next() != JsonToken.END_ARRAY) {
            if (part.token() == JsonToken.START_OBJECT) {
                int from = part.start();
                long index = Math.max(0, JoinedObject.indexOf(part));
                walk.restart(from, part.end());
                choice(index, walk);
            } else {
                part.skip();
            }
        }
    }

    private void set(String name, byte[] value) throws IOException {
        if (answer.put(name, value) == null) {
            room.take();
        }
    }

    private void choice(long index, JsonWalk walk) throws IOException {
        JoinedObject choice = choices.get(index);
        if (choice == null) {
            room.take();
            choice = new JoinedObject(room, 0);
            choice.set("index", ascii(String.valueOf(index)));
            choices.put(index, choice);
        }
        walk.next();
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.text();
            walk.next();
            switch (name) {
                case "index" -> walk.skip();
                case "delta" -> choice.joinObject("message", walk);
                default -> choice.join(name, walk);
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
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
        broken = broken == null ? what : broken;
    }
}
