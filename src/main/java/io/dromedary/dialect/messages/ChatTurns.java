package io.dromedary.dialect.messages;

import java.util.function.LongConsumer;

import io.dromedary.dialect.Held;
import io.dromedary.dialect.Slots;

/**
 * Puts the messages of a chat request in the order that every server takes: the system prompt, and then in turns what
 * the assistant says, the results of all its calls, and what the user says. Consecutive messages of one role are one.
 *
 * <p>A system message in the midst of the conversation stays where it is, as text of the user's in a
 * {@code system-reminder}: templates refuse it there, and at the front it would change the beginning of every request,
 * which servers keep in their caches. Each request is an extension of the one before.
 */
final class ChatTurns {

    private final Held out;
    private final Held system;
    private final Held results;
    private final Held reminders;
    private final UserContent pictures;
    private final UserContent user;
    private AssistantTurn assistant;
    private AssistantTurn next;
    private boolean begun;
    private boolean any;

    /** @param out takes the messages, with commas between them */
    ChatTurns(Held out, boolean keepsReasoning, LongConsumer takes) {
        this.out = out;
        this.system = new Held(takes);
        this.results = new Held(takes);
        this.reminders = new Held(takes);
        this.pictures = new UserContent(takes);
        this.user = new UserContent(takes);
        this.assistant = new AssistantTurn(keepsReasoning, takes);
        this.next = new AssistantTurn(keepsReasoning, takes);
    }

    /** The system prompt says this, too: the inside of a JSON string. */
    void system(Held text) {
        system.add(system.isEmpty() ? "" : "\\n\\n").add(text);
    }

    /** A message with the role system says this: the inside of a JSON string that is not empty. */
    void reminder(Held text) {
        if (!begun) {
            system(text);
        } else if (assistant.calls() && !userHasSpoken()) {
            // No message may stand between calls and their results.
            wrap(reminders.add(reminders.isEmpty() ? "" : "\\n\\n"), text);
        } else {
            wrap(endOfTurn(), text);
        }
    }

    private static void wrap(Held to, Held text) {
        to.add("<system-reminder>\\n").add(text).add("\\n</system-reminder>");
    }

    /** Where text goes behind what the user has said: no turn of its own is to follow the results of calls. */
    private Held endOfTurn() {
        return user.isEmpty() && !results.isEmpty() ? results.add("\\n\\n") : user.text();
    }

    private boolean userHasSpoken() {
        return !user.isEmpty() || !results.isEmpty() || !pictures.isEmpty();
    }

    /** A message of the user's begins. */
    void beginUser() {
        begun = true;
    }

    /** That message is over. */
    void endUser() {
        if (!reminders.isEmpty() && userHasSpoken()) {
            endOfTurn().add(reminders);
            reminders.clear();
        }
    }

    /** What the user says, results of calls aside. */
    UserContent user() {
        return user;
    }

    /** Pictures in results: their message follows all results, because a result can only be text. */
    UserContent pictures() {
        return pictures;
    }

    /**
     * A result begins; the inside of a JSON string is to be appended.
     *
     * @param block has {@code tool_use_id}
     */
    Held result(Slots block) {
        if (!assistant.calls()) {
            // A server refuses a result that no call stands before.
            return user.text().add("Tool result: ");
        }
        assistant.answered(block.text("tool_use_id"));
        closeResult();
        return results.add(",{\"role\":\"tool\",\"tool_call_id\":").value(block, "tool_use_id").add(",\"content\":\"");
    }

    private void closeResult() {
        if (!results.isEmpty()) {
            results.add("\"}");
        }
    }

    /** A message of the assistant's begins, and is read into what this returns. */
    AssistantTurn beginAssistant() {
        begun = true;
        return userHasSpoken() || !reminders.isEmpty() ? next : assistant;
    }

    /** That message is over. */
    void endAssistant(AssistantTurn read) {
        if (read != next) {
            return;
        }
        if (next.isEmpty()) {
            next.clear();
            return;
        }
        flush();
        AssistantTurn empty = assistant;
        assistant = next;
        next = empty;
    }

    /**
     * All messages have been read.
     *
     * @return whether there is any
     */
    boolean end() {
        flush();
        return any;
    }

    private void flush() {
        if (!system.isEmpty()) {
            comma().add("{\"role\":\"system\",\"content\":\"").add(system).add("\"}");
            system.clear();
        }
        if (!assistant.isEmpty()) {
            assistant.write(comma());
        }
        closeResult();
        out.add(results);
        for (byte[] id : assistant.unanswered()) {
            // The turn was interrupted. Servers want a result for each call.
            out.add(",{\"role\":\"tool\",\"tool_call_id\":");
            out.writeBytes(id);
            out.add(",\"content\":\"[no result]\"}");
        }
        if (!reminders.isEmpty()) {
            user.text().add(reminders);
        }
        if (!user.isEmpty() || !pictures.isEmpty()) {
            user.write(comma(), pictures);
        }
        results.clear();
        reminders.clear();
        assistant.clear();
    }

    private Held comma() {
        Held to = any ? out.add(",") : out;
        any = true;
        return to;
    }
}
