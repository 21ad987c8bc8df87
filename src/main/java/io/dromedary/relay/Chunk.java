package io.dromedary.relay;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.Json;
import io.dromedary.json.TokenUsage;

/**
 * What the relay must know of one chunk of a stream: whether it holds content, which choices it finishes, whether it is
 * an error, and where its model name stands. Read in one pass over the bytes, without a tree.
 *
 * <p>Content is any non-empty field of a {@code delta} but {@code role}, a non-empty {@code text}, or a
 * {@code finish_reason}.
 */
final class Chunk {

    private final byte[] json;
    private Set<Integer> finished = Set.of();
    private Set<Integer> choices = Set.of();
    private long tokens;
    private boolean progress;
    private boolean failed;
    private boolean errorObject;
    private boolean content;
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
        try (JsonParser parser = Json.answerParser(json)) {
            JsonToken first = parser.nextToken();
            if (first == JsonToken.VALUE_NULL && parser.nextToken() == null) {
                return chunk;
            }
            if (first != JsonToken.START_OBJECT) {
                throw new IOException("no JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                chunk.field(parser, parser.currentName());
            }
            if (parser.currentToken() != JsonToken.END_OBJECT || parser.nextToken() != null) {
                throw new IOException("no JSON object");
            }
        }
        return chunk;
    }

    private void field(JsonParser parser, String name) throws IOException {
        JsonToken value = parser.nextToken();
        int start = (int) parser.currentTokenLocation().getByteOffset();
        switch (name) {
            case "choices" -> choices(parser, value);
            case "usage" -> {
                tokens = TokenUsage.total(parser);
            }
            case "object" -> errorObject = value == JsonToken.VALUE_STRING && parser.getText().equals("error");
            case "model" -> {
                parser.finishToken();
                modelStart = value == JsonToken.VALUE_STRING ? start : -1;
                modelEnd = (int) parser.currentLocation().getByteOffset();
            }
            case "error" -> {
                if (Json.saysNothing(parser)) {
                    return;
                }
                parser.finishToken();
                errorStart = start;
                errorEnd = (int) parser.currentLocation().getByteOffset();
            }
            case "prompt_progress" -> {
                progress = value == JsonToken.START_OBJECT;
                parser.skipChildren();
            }
            default -> parser.skipChildren();
        }
    }

    private void choices(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return;
        }
        for (JsonToken item = parser.nextToken(); item != JsonToken.END_ARRAY
                && item != null; item = parser.nextToken()) {
            if (item == JsonToken.START_OBJECT) {
                choice(parser);
            } else {
                parser.skipChildren();
            }
        }
    }

    private void choice(JsonParser parser) throws IOException {
        int index = 0;
        boolean ends = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "index" -> index = value == JsonToken.VALUE_NUMBER_INT ? parser.getIntValue() : 0;
                case "finish_reason" -> {
                    ends = value == JsonToken.VALUE_STRING && parser.getTextLength() > 0;
                    failed |= ends && parser.getText().equals("error");
                }
                case "text" -> content |= value == JsonToken.VALUE_STRING && parser.getTextLength() > 0;
                case "delta" -> delta(parser, value);
                default -> parser.skipChildren();
            }
        }
        choices = with(choices, index);
        if (ends) {
            content |= !failed;
            finished = with(finished, index);
        }
    }

    /** Most chunks have one choice, so nothing is made that could hold more. */
    private static Set<Integer> with(Set<Integer> indexes, int index) {
        if (indexes.isEmpty()) {
            return Set.of(index);
        }
        Set<Integer> more = indexes.size() > 1 ? indexes : new HashSet<>(indexes);
        more.add(index);
        return more;
    }

    private void delta(JsonParser parser, JsonToken value) throws IOException {
        if (value != JsonToken.START_OBJECT) {
            parser.skipChildren();
            return;
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            boolean filled = filled(parser, parser.nextToken());
            content |= filled && !name.equals("role");
        }
    }

    private static boolean filled(JsonParser parser, JsonToken value) throws IOException {
        return switch (value) {
            case VALUE_NULL -> false;
            case VALUE_STRING -> parser.getTextLength() > 0;
            case START_ARRAY, START_OBJECT -> {
                JsonToken end = value == JsonToken.START_ARRAY ? JsonToken.END_ARRAY : JsonToken.END_OBJECT;
                JsonToken first = parser.nextToken();
                for (int depth = 1; depth > 0;) {
                    JsonToken token = parser.currentToken();
                    if (token == null) {
                        throw new IOException("broken off");
                    }
                    depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                    if (depth > 0) {
                        parser.nextToken();
                    }
                }
                yield first != end;
            }
            default -> true;
        };
    }

    boolean content() {
        return content;
    }

    Set<Integer> finished() {
        return finished;
    }

    /** The choices that it holds something of. */
    Set<Integer> choices() {
        return choices;
    }

    /** The tokens that it says were used; 0 if it does not say. */
    long tokens() {
        return tokens;
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

    /** The chunk's bytes with {@code model} (a JSON string) in the place of its own; line feeds become spaces. */
    byte[] withModel(byte[] model) {
        byte[] out;
        if (modelStart < 0) {
            out = json.clone();
        } else {
            out = new byte[json.length - (modelEnd - modelStart) + model.length];
            System.arraycopy(json, 0, out, 0, modelStart);
            System.arraycopy(model, 0, out, modelStart, model.length);
            System.arraycopy(json, modelEnd, out, modelStart + model.length, json.length - modelEnd);
        }
        for (int i = 0; i < out.length; i++) {
            if (out[i] == '\n') {
                out[i] = ' '; // data of several lines: a line feed stands between JSON's tokens only
            }
        }
        return out;
    }
}
