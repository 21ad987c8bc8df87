package io.dromedary.dialect;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import com.fasterxml.jackson.core.JsonToken;

import io.dromedary.json.JsonWalk;
import io.dromedary.json.TokenUsage;

/**
 * What one chunk of a stream, or a whole chat completion, says of its first choice. Read in one pass, under every name
 * that servers use: reasoning stands in {@code reasoning_content} or {@code reasoning}, a call in {@code tool_calls} or
 * {@code function_call}, arguments may be an object.
 */
final class ChatDelta {

    private final List<CallFragment> calls = new ArrayList<>(1);
    private boolean piece;
    private boolean whole;
    private String reasoning = "";
    private String otherReasoning = "";
    private String text = "";
    private String refusal = "";
    private String finish = "";
    private String sequence;
    private TokenUsage usage;

    /**
     * A piece of a call of a tool.
     *
     * @param index     its place among the calls; -1 where the server does not say
     * @param id        empty where it does not say
     * @param name      of the function; empty where it does not say
     * @param arguments a piece of JSON text
     */
    record CallFragment(long index, String id, String name, String arguments) {
    }

    private ChatDelta() {
    }

    /**
     * Reads a chunk or a completion.
     *
     * @throws IOException if it is no JSON
     */
    static ChatDelta read(byte[] json) throws IOException {
        ChatDelta delta = new ChatDelta();
        JsonWalk walk = JsonWalk.overAnswer(json);
        if (walk.next() != JsonToken.START_OBJECT) {
            return delta;
        }
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("choices", "usage");
            walk.next();
            switch (name) {
                case "choices" -> delta.choices(walk);
                case "usage" -> delta.usage(walk);
                default -> walk.skip();
            }
        }
        return delta;
    }

    private void usage(JsonWalk walk) throws IOException {
        if (walk.token() == JsonToken.START_OBJECT) {
            usage = TokenUsage.read(walk);
        }
    }

    private void choices(JsonWalk walk) throws IOException {
        if (walk.token() != JsonToken.START_ARRAY) {
            walk.skip();
            return;
        }
        int place = 0;
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() == JsonToken.START_OBJECT && isFirst(walk, place++)) {
                choice(walk);
            } else {
                walk.skip();
            }
        }
    }

    /** A choice's number may stand behind its content, so it is looked for first. */
    private static boolean isFirst(JsonWalk walk, int place) throws IOException {
        JsonWalk ahead = JsonWalk.overAnswer(walk.json(), walk.start(), walk.json().length);
        ahead.next();
        while (ahead.next() == JsonToken.FIELD_NAME) {
            boolean index = ahead.is("index");
            ahead.next();
            if (index) {
                return ahead.whole(0) == 0;
            }
            ahead.skip();
        }
        return place == 0;
    }

    private void choice(JsonWalk walk) throws IOException {
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("delta", "message", "finish_reason", "stop_reason");
            JsonToken value = walk.next();
            switch (name) {
                case "delta" -> {
                    whole = false;
                    piece = true;
                    calls.clear();
                    message(walk);
                }
                case "message" -> {
                    if (!piece) {
                        whole = true;
                        message(walk);
                    }
                }
                case "finish_reason" -> finish = value == JsonToken.VALUE_STRING ? walk.text() : finish;
                case "stop_reason" -> sequence = value == JsonToken.VALUE_STRING ? walk.text() : sequence;
                default -> { }
            }
            walk.skip();
        }
    }

    private void message(JsonWalk walk) throws IOException {
        if (walk.token() != JsonToken.START_OBJECT) {
            return;
        }
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("content", "tool_calls", "reasoning_content", "reasoning", "refusal",
                    "function_call");
            walk.next();
            switch (name) {
                case "content" -> text = content(walk);
                case "reasoning_content" -> reasoning = string(walk);
                case "reasoning" -> otherReasoning = string(walk);
                case "refusal" -> refusal = string(walk);
                case "tool_calls" -> calls(walk);
                case "function_call" -> function(walk, 0, "");
                default -> { }
            }
            walk.skip();
        }
    }

    /** A text, or the texts of an array of parts. */
    private static String content(JsonWalk walk) throws IOException {
        if (walk.token() != JsonToken.START_ARRAY) {
            return string(walk);
        }
        StringBuilder all = new StringBuilder();
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() == JsonToken.START_OBJECT) {
                while (walk.next() == JsonToken.FIELD_NAME) {
                    boolean text = walk.is("text");
                    walk.next();
                    all.append(text ? string(walk) : "");
                    walk.skip();
                }
            }
            walk.skip();
        }
        return all.toString();
    }

    private void calls(JsonWalk walk) throws IOException {
        if (walk.token() != JsonToken.START_ARRAY) {
            return;
        }
        while (walk.next() != JsonToken.END_ARRAY) {
            if (walk.token() == JsonToken.START_OBJECT) {
                call(walk);
            }
            walk.skip();
        }
    }

    private void call(JsonWalk walk) throws IOException {
        long index = -1;
        String id = "";
        int place = calls.size();
        calls.add(null);
        CallFragment function = new CallFragment(-1, "", "", "");
        while (walk.next() == JsonToken.FIELD_NAME) {
            String name = walk.name("index", "id", "function");
            walk.next();
            switch (name) {
                case "index" -> index = walk.whole(-1);
                case "id" -> id = string(walk);
                case "function" -> function = functionOf(walk);
                default -> { }
            }
            walk.skip();
        }
        calls.set(place, new CallFragment(index, id, function.name(), function.arguments()));
    }

    private void function(JsonWalk walk, long index, String id) throws IOException {
        if (walk.token() == JsonToken.START_OBJECT) {
            CallFragment function = functionOf(walk);
            calls.add(new CallFragment(index, id, function.name(), function.arguments()));
        }
    }

    private static CallFragment functionOf(JsonWalk walk) throws IOException {
        String name = "";
        String arguments = "";
        if (walk.token() == JsonToken.START_OBJECT) {
            while (walk.next() == JsonToken.FIELD_NAME) {
                String field = walk.name("name", "arguments");
                JsonToken value = walk.next();
                int start = walk.start();
                walk.skip();
                if (field.equals("name")) {
                    name = value == JsonToken.VALUE_STRING ? walk.text() : "";
                } else if (field.equals("arguments")) {
                    arguments = value == JsonToken.VALUE_STRING ? walk.text()
                            : value == JsonToken.START_OBJECT ? written(walk, start) : "";
                }
            }
        }
        return new CallFragment(-1, "", name, arguments);
    }

    private static String written(JsonWalk walk, int start) {
        return new String(walk.json(), start, walk.end() - start, StandardCharsets.UTF_8);
    }

    private static String string(JsonWalk walk) {
        return walk.token() == JsonToken.VALUE_STRING && walk.hasText() ? walk.text() : "";
    }

    /** Whether it is the whole answer: some servers say all of it again at the end of a stream. */
    boolean whole() {
        return whole;
    }

    /** Reasoning, under one of its names: some servers send the same under both. */
    String reasoning() {
        return reasoning.isEmpty() ? otherReasoning : reasoning;
    }

    String text() {
        return text;
    }

    String refusal() {
        return refusal;
    }

    List<CallFragment> calls() {
        return calls;
    }

    /** The {@code finish_reason}; empty where there is none. */
    String finish() {
        return finish;
    }

    /** The stop sequence that ended the answer, as vLLM tells it; else null. */
    String sequence() {
        return sequence;
    }

    /** Null where there is none. */
    TokenUsage usage() {
        return usage;
    }
}
