package io.dromedary.dialect.messages;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongConsumer;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.UpstreamFailed;
import io.dromedary.dialect.AnswerParts;
import io.dromedary.dialect.Held;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.TokenUsage;

/** A whole answer as Anthropic's message object. */
final class PlainMessage implements AnswerParts {

    /** A shorter text is not worth the counting. */
    private static final int LONG = 4 * 1024;
    private static final long COPIES = 3;

    private final LongConsumer takes;
    private final AnswerIds ids;
    private final byte[] model;
    private final List<String> stops;
    private final Held content;
    private final Held open;
    private final Held out;
    private final String signature;
    private Kind kind;
    private boolean refused;
    private boolean broken;

    /**
     * @param model the model's name for the client
     * @param stops the stop sequences that the client asked for
     * @param takes is told how much memory is about to be taken
     */
    PlainMessage(AnswerIds ids, String model, List<String> stops, LongConsumer takes) {
        this.takes = takes;
        this.ids = ids;
        this.model = Json.literal(model);
        this.signature = ThinkingMark.of(model);
        this.stops = stops;
        this.content = new Held(takes);
        this.open = new Held(takes);
        this.out = new Held(takes);
    }

    @Override
    public void begin() {
        // Nothing is written before the end.
    }

    @Override
    public void open(Kind next) {
        kind = next;
        refused |= next == Kind.REFUSAL;
        open.clear();
    }

    @Override
    public void grow(String text) {
        count(text);
        byte[] literal = Json.literal(text);
        open.write(literal, 1, literal.length - 2);
    }

    @Override
    public void close() {
        if (kind == Kind.REASONING) {
            comma().add("{\"type\":\"thinking\",\"thinking\":\"").add(open).add("\",\"signature\":\"").add(signature)
                    .add("\"}");
        } else {
            comma().add("{\"type\":\"text\",\"text\":\"").add(open).add("\"}");
        }
        open.clear();
    }

    private Held comma() {
        return content.isEmpty() ? content : content.add(",");
    }

    @Override
    public void openCall(String id, String name) {
        comma().add("{\"type\":\"tool_use\",\"id\":").writeBytes(Json.literal(ids.call(id)));
        content.add(",\"name\":").writeBytes(Json.literal(name));
        content.add(",\"input\":");
        open.clear();
    }

    @Override
    public void arguments(String piece) {
        count(piece);
        open.writeBytes(piece.getBytes(StandardCharsets.UTF_8));
    }

    /** What is made of a long text on its way is as large as the text. */
    private void count(String text) {
        if (text.length() > LONG) {
            takes.accept(COPIES * text.length());
        }
    }

    /** An input is an object to every client: arguments that are none cannot be given to them as they are. */
    @Override
    public void closeCall(boolean whole) {
        byte[] arguments = open.bytes();
        JsonToken first = first(arguments);
        if (first == JsonToken.START_OBJECT) {
            content.writeBytes(arguments);
        } else if (first != null && first != JsonToken.VALUE_NULL) {
            content.add("{\"value\":").writeBytes(arguments);
            content.add("}");
        } else if (first != null || !whole || new String(arguments, StandardCharsets.UTF_8).isBlank()) {
            content.add("{}");
        } else {
            broken = true;
        }
        content.add("}");
        open.clear();
    }

    /** The first token of JSON; null where it is none. */
    private static JsonToken first(byte[] json) {
        try {
            JsonWalk walk = JsonWalk.over(json);
            JsonToken first = walk.next();
            walk.requireEnd();
            return first;
        } catch (IOException e) {
            return null;
        }
    }

    @Override
    public void end(Stop stop, String sequence, TokenUsage usage) {
        if (broken) {
            throw UpstreamFailed.badCall("the arguments of a call are not JSON");
        }
        out.add("{\"id\":\"").add(ids.message()).add("\",\"type\":\"message\",\"role\":\"assistant\",\"model\":")
                .writeBytes(model);
        out.add(",\"content\":[").add(content).add("],");
        out.writeBytes(AnswerEnd.reason(stop, refused, sequence, stops).getBytes(StandardCharsets.UTF_8));
        out.add(",\"usage\":").add(AnswerEnd.usage(usage)).add("}");
    }

    /** The message's JSON, after {@link #end}. */
    byte[] bytes() {
        return out.bytes();
    }
}
