package io.dromedary.dialect.messages;

import java.util.function.LongConsumer;

import io.dromedary.dialect.Held;

/**
 * The content of one user message of a chat request. Texts that follow each other are one text, with an empty line
 * between them; without a picture the content is a plain string, which every template of a model takes.
 */
final class UserContent {

    private static final String TEXT = "{\"type\":\"text\",\"text\":\"";

    private final Held parts;
    private boolean inText;
    private boolean pictures;

    UserContent(LongConsumer takes) {
        parts = new Held(takes);
    }

    boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Begins a text, or goes on with the one before; the inside of a JSON string is to be appended. */
    Held text() {
        if (inText) {
            return parts.add("\\n\\n");
        }
        inText = true;
        return comma().add(TEXT);
    }

    /** Begins a part that is no text; its JSON is to be appended. */
    Held picture() {
        closeText();
        pictures = true;
        return comma();
    }

    private Held comma() {
        return parts.isEmpty() ? parts : parts.add(",");
    }

    private void closeText() {
        if (inText) {
            parts.add("\"}");
            inText = false;
        }
    }

    /** Writes the message and is empty again. {@code first} are the parts that go before, and may be empty. */
    void write(Held out, UserContent first) {
        out.add("{\"role\":\"user\",\"content\":");
        if (first.isEmpty() && !pictures) {
            out.add("\"").add(parts, TEXT.length()).add("\"}");
        } else {
            first.closeText();
            closeText();
            out.add("[").add(first.parts).add(first.isEmpty() || isEmpty() ? "" : ",").add(parts).add("]}");
        }
        first.clear();
        clear();
    }

    private void clear() {
        parts.clear();
        inText = false;
        pictures = false;
    }
}
