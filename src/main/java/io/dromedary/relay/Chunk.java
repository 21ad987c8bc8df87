package io.dromedary.relay;

import java.io.IOException;
import java.util.Arrays;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.Json;
import io.dromedary.json.JsonWalk;
import io.dromedary.json.TokenUsage;

/**
 * What the relay must know of one chunk of a stream: whether it holds content, which choices it finishes, whether it is
 * an error, and where its model name stands. Read in one pass over the bytes, without a tree.
 *
 * <p>Content is any non-empty field of a {@code delta} but {@code role}, a non-empty {@code text}, or a
 * {@code finish_reason}.
 */
final class Chunk {

    private static final int QUOTES = 2;

    private final byte[] json;
    private final Choices finished = Choices.none();
    private final Choices choices = Choices.none();
    private TokenUsage usage = TokenUsage.NONE;
    private boolean progress;
    private boolean failed;
    private boolean errorObject;
    private boolean content;
    private int contentBytes;
    private int errorStart = -1;
    private int errorEnd;
    private int modelStart = -1;
    private int modelEnd;

    private Chunk(byte[] json) {
        this.json = json;
    }

    /**
     * Reads one event's data.
     *
     * @throws IOException if it is neither a JSON object nor null, which is no content
     */
    static Chunk read(byte[] json) throws IOException {
        Chunk chunk = new Chunk(json);
        JsonWalk walk = JsonWalk.overAnswer(json);
        JsonToken first = walk.next();
        if (first == JsonToken.VALUE_NULL && walk.next() == null) {
            return chunk;
        }
        if (first != JsonToken.START_OBJECT) {
            throw new IOException("no JSON object");
        }
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("choices", "usage", "object", "model", "error", "prompt_progress");
            walk.next();
            chunk.field(walk, name);
        }
        walk.requireEnd();
        return chunk;
    }

    private void field(JsonWalk walk, String name) throws IOException {
        JsonToken value = walk.token();
        int start = walk.start();
        switch (name) {
            case "choices" -> choices(walk);
            case "usage" -> usage = TokenUsage.read(walk);
            case "object" -> errorObject = value == JsonToken.VALUE_STRING && walk.is("error");
            case "model" -> {
                modelStart = value == JsonToken.VALUE_STRING ? start : -1;
                modelEnd = walk.end();
            }
            case "error" -> {
                if (!Json.saysNothing(walk)) {
                    errorStart = start;
                    errorEnd = walk.end();
                }
            }
            case "prompt_progress" -> progress = value == JsonToken.START_OBJECT;
            default -> { }
        }
        walk.skip();
    }

    private void choices(JsonWalk walk) throws IOException {
        if (walk.token() != JsonToken.START_ARRAY) {
            return;
        }
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() == JsonToken.START_OBJECT) {
                choice(walk);
            } else {
                walk.skip();
            }
        }
    }

    private void choice(JsonWalk walk) throws IOException {
        long index = 0;
        boolean ends = false;
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("index", "finish_reason", "text", "delta");
            walk.next();
            switch (name) {
                case "index" -> index = walk.token() == JsonToken.VALUE_NUMBER_INT
                        ? Math.max(0, walk.whole(Choices.MOST)) : 0;
                case "finish_reason" -> {
                    ends = walk.hasText();
                    failed |= ends && walk.is("error");
                }
                case "text" -> {
                    content |= walk.hasText();
                    contentBytes += walk.hasText() ? walk.end() - walk.start() - QUOTES : 0;
                }
                case "delta" -> delta(walk);
                default -> { }
            }
            walk.skip();
        }
        choices.add(index);
        if (ends) {
            content |= !failed;
            finished.add(index);
        }
    }

    private void delta(JsonWalk walk) throws IOException {
        if (walk.token() != JsonToken.START_OBJECT) {
            return;
        }
        while (walk.next() == JsonToken.FIELD_NAME) {
            boolean role = walk.is("role");
            walk.next();
            int start = walk.start();
            int quotes = walk.token() == JsonToken.VALUE_STRING ? QUOTES : 0;
            if (Json.isFilled(walk) && !role) {
                content = true;
                contentBytes += walk.end() - start - quotes;
            }
        }
    }

    boolean content() {
        return content;
    }

    /** How many bytes its content has, as it is written in JSON. */
    int contentBytes() {
        return contentBytes;
    }

    Choices finished() {
        return finished;
    }

    /** How many bytes it has. */
    int length() {
        return json.length;
    }

    /** The choices that it holds something of. */
    Choices choices() {
        return choices;
    }

    /** What it says the stream has cost; {@link TokenUsage#NONE} if it does not say. */
    TokenUsage usage() {
        return usage;
    }

    /** Whether it says how far the server has read the prompt (llama-server's {@code return_progress}). */
    boolean progress() {
        return progress;
    }

    /** Whether a choice ends with the {@code finish_reason} {@code error}. */
    boolean failed() {
        return failed;
    }

    /** The error's bytes, or null: an {@code error} field, or the whole where it says of itself that it is one. */
    byte[] error() {
        return errorStart >= 0 ? Arrays.copyOfRange(json, errorStart, errorEnd) : errorObject ? json : null;
    }

    /**
     * Appends the chunk's bytes with {@code model} (a JSON string) in the place of its own. Line feeds become spaces:
     * data of several lines has them between JSON's tokens only.
     */
    void appendTo(Collected out, byte[] model) {
        for (int i = 0; i < json.length; i++) {
            if (json[i] == '\n') {
                json[i] = ' ';
            }
        }
        if (modelStart < 0) {
            out.write(json, 0, json.length);
        } else {
            out.write(json, 0, modelStart);
            out.write(model, 0, model.length);
            out.write(json, modelEnd, json.length - modelEnd);
        }
    }
}
