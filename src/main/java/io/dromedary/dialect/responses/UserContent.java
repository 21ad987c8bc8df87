package io.dromedary.dialect.responses;

import java.util.function.LongConsumer;

import io.dromedary.dialect.Held;

/**
 * The content of one message of the user: a string where it is nothing but text, else parts. Texts that follow each
 * other are one, with an empty line between.
 */
final class UserContent implements ContentSink {

    private static final String TEXT_PART = "{\"type\":\"text\",\"text\":\"";

    private final Held parts;
    private final Held text;

    UserContent(LongConsumer takes) {
        parts = new Held(takes);
        text = new Held(takes);
    }

    boolean isEmpty() {
        return parts.isEmpty() && text.isEmpty();
    }

    @Override
    public void text(byte[] json, int from, int to) {
        if (from < to) {
            text.add(text.isEmpty() ? "" : "\\n\\n").add(json, from, to);
        }
    }

    /** Adds text before all that is there. */
    void before(byte[] first) {
        if (parts.isEmpty()) {
            byte[] rest = text.copied();
            text.clear();
            text(first, 0, first.length);
            text(rest, 0, rest.length);
        } else {
            byte[] rest = parts.copied();
            parts.clear();
            parts.add(TEXT_PART).add(first, 0, first.length).add("\"},").writeBytes(rest);
        }
    }

    @Override
    public Held part(String mark) {
        closeText();
        return parts.add(parts.isEmpty() ? "" : ",");
    }

    private void closeText() {
        if (!text.isEmpty()) {
            parts.add(parts.isEmpty() ? "" : ",").add(TEXT_PART).add(text).add("\"}");
            text.clear();
        }
    }

    /** Writes the content: a JSON string or array, with {@code pictures} first. */
    void write(Held out, Held pictures) {
        if (parts.isEmpty() && pictures.isEmpty()) {
            out.add("\"").add(text).add("\"");
            return;
        }
        closeText();
        out.add("[").add(pictures).add(pictures.isEmpty() || parts.isEmpty() ? "" : ",").add(parts).add("]");
    }

    void clear() {
        parts.clear();
        text.clear();
    }
}
