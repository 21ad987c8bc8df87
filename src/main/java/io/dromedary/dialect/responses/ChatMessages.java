package io.dromedary.dialect.responses;

import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

import io.dromedary.dialect.Held;
import io.dromedary.json.Json;

/**
 * Writes the {@code messages} of a chat completion out of what a conversation says, in its order: a system message
 * first, then turns, each of an assistant's message, the results of its calls right behind it, and one of the user.
 *
 * <p>What a system or developer says later stays where it was said, as text of what stands before it: templates of
 * local models refuse a system message that is not the first, and moving it there would change all that a prefix cache
 * holds. Texts come as the insides of JSON string literals and are copied as they are.
 */
final class ChatMessages {

    private static final String PARAGRAPH = "\\n\\n";

    private final Held out;
    private final Held system;
    private final Held said;
    private final Held reasoning;
    private final Held calls;
    private final ToolResults results;
    private final UserContent user;
    /** What the system said behind an assistant's message. */
    private final Held later;
    private boolean begun;
    private boolean written;

    /** @param out takes the messages, with commas between them */
    ChatMessages(Held out, LongConsumer takes) {
        this.out = out;
        this.system = new Held(takes);
        this.said = new Held(takes);
        this.reasoning = new Held(takes);
        this.calls = new Held(takes);
        this.results = new ToolResults(takes);
        this.user = new UserContent(takes);
        this.later = new Held(takes);
    }

    private static void join(Held to, byte[] json, int from, int end) {
        if (from < end) {
            to.add(to.isEmpty() ? "" : PARAGRAPH).add(json, from, end);
        }
    }

    /** A system or developer says this. */
    void system(byte[] json, int from, int to) {
        if (!begun) {
            join(system, json, from, to);
        } else if (!user.isEmpty()) {
            user.text(json, from, to);
        } else {
            join(later, json, from, to);
        }
    }

    private void begin() {
        if (!begun) {
            begun = true;
            if (!system.isEmpty()) {
                open("system").add("\"content\":\"").add(system).add("\"}");
                system.clear();
            }
        }
    }

    private Held open(String role) {
        out.add(written ? "," : "").add("{\"role\":\"").add(role).add("\",");
        written = true;
        return out;
    }

    /** The user says something, which {@link #user} takes. */
    UserContent user() {
        begin();
        if (!later.isEmpty() && user.isEmpty() && results.isEmpty() && !results.missing()) {
            byte[] text = later.copied();
            later.clear();
            user.text(text, 0, text.length);
        }
        return user;
    }

    /**
     * The assistant says or calls something, or thinks.
     *
     * @param resultsFollow whether the result of a call that has none yet stands further on: then it is the same turn
     */
    void assistant(BooleanSupplier resultsFollow) {
        begin();
        boolean over = !results.isEmpty() || !user.isEmpty() || !later.isEmpty();
        if (over && !(results.missing() && resultsFollow.getAsBoolean())) {
            endTurn();
        }
    }

    /** After {@link #assistant}: the assistant says this. */
    void says(byte[] json, int from, int to) {
        said.add(json, from, to);
    }

    /** After {@link #assistant}: it thinks this. */
    void thinks(byte[] json, int from, int to) {
        reasoning.add(json, from, to);
    }

    /**
     * After {@link #assistant}: it calls a tool.
     *
     * @param json from {@code from} to {@code to} its arguments: a JSON string literal
     */
    void calls(String id, String name, byte[] json, int from, int to) {
        if (results.expect(id)) {
            calls.add(calls.isEmpty() ? "" : ",").add("{\"id\":").writeBytes(Json.literal(id));
            calls.add(",\"type\":\"function\",\"function\":{\"name\":").writeBytes(Json.literal(name));
            calls.add(",\"arguments\":").add(json, from, to).add("}}");
        }
    }

    /**
     * The result of a call begins; {@link ToolResults} takes it.
     *
     * @return false where nothing was called by that id, or it has a result already
     */
    boolean result(String id) {
        begin();
        return results.begin(id);
    }

    ToolResults results() {
        return results;
    }

    private void endTurn() {
        if (!said.isEmpty() || !calls.isEmpty()) {
            open("assistant").add("\"content\":\"").add(said).add("\"");
            if (!reasoning.isEmpty()) {
                out.add(",\"reasoning_content\":\"").add(reasoning).add("\"");
            }
            if (!calls.isEmpty()) {
                out.add(",\"tool_calls\":[").add(calls).add("]");
            }
            out.add("}");
        }
        said.clear();
        reasoning.clear();
        calls.clear();
        results.end(later);
        if (!results.isEmpty()) {
            out.add(",").add(results.messages());
        }
        if (!later.isEmpty()) {
            byte[] text = later.copied();
            user.before(text);
            later.clear();
        }
        if (!user.isEmpty() || !results.pictures().isEmpty()) {
            open("user").add("\"content\":");
            user.write(out, results.pictures());
            out.add("}");
        }
        user.clear();
        results.clear();
    }

    /**
     * Everything has been said.
     *
     * @return whether there is any message
     */
    boolean end() {
        begin();
        endTurn();
        return written;
    }
}
