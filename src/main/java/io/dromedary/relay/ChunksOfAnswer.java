package io.dromedary.relay;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.client.ServerSentEvents;
import io.dromedary.client.UpstreamFailed;
import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.ObjectFields;
import io.dromedary.json.ObjectFields.Field;

/**
 * Makes a stream of a whole completion, for the client that asked for a stream of an upstream that knows none: one
 * chunk with all of each choice, one with the usage, {@code [DONE]}. Long texts come first, in chunks of their own but
 * for their last piece, so that no event is too long. The bytes of the completion are written once, but for what is
 * another one in a stream.
 */
public final class ChunksOfAnswer {

    /** So many calls of tools are given an index; beyond them nobody tells them apart. */
    private static final int MOST_INDEXED = 1000;
    /** What the calls' indexes, the usage's chunk and the events' frames add. */
    private static final int ADDED = 16 * 1024;
    /** What a piece's chunk has at most beside the piece. */
    private static final int ADDED_TO_PIECE = 2048;
    /** A field of more bytes does not come again in each chunk. */
    private static final int LONGEST_REPEATED = 512;

    private final byte[] answer;
    private final ObjectFields fields;
    private final Collected out;
    /** Of the texts whose beginnings have been written, in their order. */
    private final Deque<LongTexts.Text> begun = new ArrayDeque<>();
    private int indexed;

    private ChunksOfAnswer(byte[] answer) throws IOException {
        this.answer = answer;
        this.fields = ObjectFields.pickOfAnswer(answer, "id", "object", "created", "model", "choices", "usage");
        this.out = new Collected(0);
    }

    /** How many bytes {@link #of} takes at most for that answer. */
    public static long takes(byte[] answer) {
        return answer.length + (long) ADDED + answer.length / LongTexts.PIECE * (long) ADDED_TO_PIECE;
    }

    /**
     * @param answer a chat completion or a text completion
     * @return the bytes of the stream
     * @throws UpstreamFailed if it is neither
     */
    public static byte[] of(byte[] answer) {
        try {
            return new ChunksOfAnswer(answer).bytes();
        } catch (IOException e) {
            throw UpstreamFailed.unreadable("the answer is not JSON");
        }
    }

    private byte[] bytes() throws IOException {
        Field choices = fields.find("choices").filter(field -> field.kind() == JsonToken.START_ARRAY)
                .orElseThrow(() -> UpstreamFailed.unreadable("a stream was asked for, and the answer is no "
                + "completion"));
        Field usage = fields.find("usage").filter(field -> field.kind() == JsonToken.START_OBJECT).orElse(null);
        out.room((int) takes(answer));
        boolean text = fields.find("object").flatMap(fields::text).orElse("").startsWith("text_");
        byte[] object = Json.literal(text ? "text_completion" : "chat.completion.chunk");
        for (LongTexts.Text part : LongTexts.of(answer, choices.value(), choices.end())) {
            pieces(part, object);
        }
        event(() -> whole(choices, usage, object));
        if (usage != null) {
            event(() -> usage(usage, object));
        }
        ServerSentEvents.append(out, "", ServerSentEvents.DONE);
        return out.takeAll();
    }

    /** Writes something that may fail. */
    private interface Writing {
        void run() throws IOException;
    }

    /** An event's data is one line: line ends stand between JSON's tokens only. */
    private void event(Writing data) throws IOException {
        ServerSentEvents.appendBeginning(out, "");
        int from = out.size();
        data.run();
        byte[] written = out.buffer();
        for (int at = from; at < out.size(); at++) {
            if (written[at] == '\n' || written[at] == '\r') {
                written[at] = ' ';
            }
        }
        ServerSentEvents.appendEnd(out);
    }

    /** All of the completion, as a chunk. */
    private void whole(Field choices, Field usage, byte[] object) throws IOException {
        int from = fields.open();
        write("{");
        if (fields.find("object").isEmpty()) {
            write("\"object\":");
            out.writeBytes(object);
            write(",");
        }
        for (Field field : fields.all()) {
            if (field == choices || field == usage || field.name().equals("object")) {
                out.write(answer, from, field.value() - from);
                from = field.end();
                if (field == choices) {
                    choices(field);
                } else if (field == usage) {
                    write("null");
                } else {
                    out.writeBytes(object);
                }
            }
        }
        out.write(answer, from, answer.length - from);
    }

    /** All pieces of the text but the last one, which comes with all else. */
    private void pieces(LongTexts.Text text, byte[] object) throws IOException {
        int from = text.start() + 1;
        while (from < text.last()) {
            int begin = from;
            int end = LongTexts.endOfPiece(answer, begin);
            event(() -> piece(text, object, begin, end));
            from = end;
        }
        begun.add(text);
    }

    private void piece(LongTexts.Text text, byte[] object, int from, int to) {
        write("{\"object\":");
        out.writeBytes(object);
        repeat();
        write(",\"choices\":[{\"index\":" + text.choice() + (text.message() ? ",\"delta\":{" : ","));
        out.write(answer, text.name(), text.nameEnd() - text.name());
        write(":\"");
        out.write(answer, from, to - from);
        write(text.message() ? "\"},\"finish_reason\":null}]}" : "\",\"finish_reason\":null}]}");
    }

    /** What is the same in each chunk, where it is short. */
    private void repeat() {
        for (String name : new String[] {"id", "created", "model"}) {
            fields.find(name).filter(field -> field.end() - field.start() <= LONGEST_REPEATED).ifPresent(field -> {
                write(",");
                out.write(answer, field.start(), field.end() - field.start());
            });
        }
    }

    private void usage(Field usage, byte[] object) {
        write("{\"object\":");
        out.writeBytes(object);
        repeat();
        write(",\"choices\":[],");
        out.write(answer, usage.start(), usage.end() - usage.start());
        write("}");
    }

    private void choices(Field choices) throws IOException {
        JsonWalk walk = JsonWalk.overAnswer(answer, choices.value(), choices.end());
        JsonWalk message = JsonWalk.overAnswer(answer, choices.value(), choices.end());
        walk.next();
        int from = choices.value();
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() != JsonToken.START_OBJECT) {
                walk.skip();
                continue;
            }
            while (walk.next() == JsonToken.FIELD_NAME) {
                int name = walk.start();
                boolean found = walk.is("message");
                walk.next();
                int value = walk.start();
                from = rest(walk, from);
                walk.skip();
                if (found) {
                    out.write(answer, from, name - from);
                    write("\"delta\":");
                    message.restart(value, walk.end());
                    delta(message, value, walk.end());
                    from = walk.end();
                }
            }
        }
        out.write(answer, from, choices.end() - from);
    }

    private void delta(JsonWalk message, int begin, int end) throws IOException {
        int from = begin;
        if (message.next() == JsonToken.START_OBJECT) {
            while (message.next() == JsonToken.FIELD_NAME) {
                boolean calls = message.is("tool_calls");
                if (message.next() == JsonToken.START_ARRAY && calls) {
                    from = calls(message, from);
                } else {
                    from = rest(message, from);
                    message.skip();
                }
            }
        }
        out.write(answer, from, end - from);
    }

    /**
     * Of a text whose beginning has been sent, only the rest is left.
     *
     * @param written up to where the answer has been written
     * @return from where it is to be written on
     */
    private int rest(JsonWalk walk, int written) {
        LongTexts.Text text = begun.peek();
        if (text == null || text.start() != walk.start()) {
            return written;
        }
        begun.remove();
        out.write(answer, written, text.start() + 1 - written);
        return text.last();
    }

    /**
     * In a stream, each call of a tool says which it is.
     *
     * @param written up to where the message has been written
     * @return up to where it has been written now
     */
    private int calls(JsonWalk walk, int written) throws IOException {
        int from = written;
        int index = 0;
        while (walk.next() != JsonToken.END_ARRAY) {
            int open = walk.end();
            boolean object = walk.token() == JsonToken.START_OBJECT;
            boolean told = !object;
            boolean empty = true;
            while (object && walk.next() == JsonToken.FIELD_NAME) {
                told |= walk.is("index");
                empty = false;
                walk.next();
                walk.skip();
            }
            walk.skip();
            if (!told && indexed < MOST_INDEXED) {
                out.write(answer, from, open - from);
                write("\"index\":" + index + (empty ? "" : ","));
                from = open;
                indexed++;
            }
            index++;
        }
        return from;
    }

    private void write(String text) {
        out.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }
}
