package io.dromedary.dialect.messages;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongConsumer;

import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;

/** What the assistant says in one message of a chat request, and which of its calls have no result yet. */
final class AssistantTurn {

    /** What an id takes of memory beside its letters. */
    private static final int ENTRY = 160;

    private final LongConsumer takes;
    private final boolean keepsReasoning;
    private final Held text;
    private final Held reasoning;
    private final Held calls;
    private Map<String, byte[]> unanswered = new LinkedHashMap<>();

    /** @param keepsReasoning whether reasoning goes upstream, and is an empty text where calls come without any */
    AssistantTurn(boolean keepsReasoning, LongConsumer takes) {
        this.takes = takes;
        this.keepsReasoning = keepsReasoning;
        this.text = new Held(takes);
        this.reasoning = new Held(takes);
        this.calls = new Held(takes);
    }

    /** Takes the inside of a JSON string. */
    Held text() {
        return text;
    }

    /** Takes the inside of a JSON string. */
    Held reasoning() {
        return reasoning;
    }

    /** Adds a call: a block with {@code id}, {@code name} and {@code input}. */
    void call(Slots block) {
        takes.accept(ENTRY + 3L * (block.end("id") - block.start("id")));
        unanswered.put(block.text("id"), Arrays.copyOfRange(block.json(), block.start("id"), block.end("id")));
        calls.add(calls.isEmpty() ? "" : ",").add("{\"id\":").value(block, "id")
                .add(",\"type\":\"function\",\"function\":{\"name\":").value(block, "name").add(",\"arguments\":\"");
        if (block.has("input")) {
            calls.escaped(block.json(), block.start("input"), block.end("input"));
        } else {
            calls.add("{}");
        }
        calls.add("\"}}");
    }

    /** Whether it calls a tool. */
    boolean calls() {
        return !calls.isEmpty();
    }

    /** Whether it says nothing: some servers refuse a message without text and calls. */
    boolean isEmpty() {
        return text.isEmpty() && calls.isEmpty();
    }

    /** The call with that id has its result. */
    void answered(String id) {
        unanswered.remove(id);
    }

    /** The ids of the calls without a result, as JSON. */
    Collection<byte[]> unanswered() {
        return unanswered.values();
    }

    /** Writes the message. */
    void write(Held out) {
        out.add("{\"role\":\"assistant\",\"content\":\"").add(text).add("\"");
        if (keepsReasoning && (!reasoning.isEmpty() || calls())) {
            // DeepSeek refuses a turn with calls that has no reasoning; an empty one will do.
            out.add(",\"reasoning_content\":\"").add(reasoning).add("\"");
        }
        if (calls()) {
            out.add(",\"tool_calls\":[").add(calls).add("]");
        }
        out.add("}");
    }

    /** Forgets all of it. */
    void clear() {
        text.clear();
        reasoning.clear();
        calls.clear();
        unanswered = new LinkedHashMap<>(); // to clear it would take as long as the largest turn before
    }
}
