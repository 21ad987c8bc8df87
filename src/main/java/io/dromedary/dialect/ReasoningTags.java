package io.dromedary.dialect;

import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Parts the reasoning that a model writes between {@code <think>} and {@code </think>}, at the beginning of its text,
 * from the text itself, however it is cut into pieces. Tags further on are text.
 */
final class ReasoningTags {

    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";
    /** What may wait for the first tag, in characters, before it is counted. */
    private static final int SMALL = 4 * 1024;

    private final Consumer<String> reasoning;
    private final Consumer<String> text;
    private final LongConsumer takes;
    private final StringBuilder waiting = new StringBuilder();
    private Place place = Place.BEFORE;
    /** With how much white space it begins: looked at once, however it is cut. */
    private int first;

    private enum Place { BEFORE, INSIDE, AFTER }

    /**
     * @param reasoning takes pieces of reasoning
     * @param text      takes pieces of text
     * @param takes     is told how much memory is about to be taken for what must wait, in bytes; it may throw
     */
    ReasoningTags(Consumer<String> reasoning, Consumer<String> text, LongConsumer takes) {
        this.reasoning = reasoning;
        this.text = text;
        this.takes = takes;
    }

    /** The next piece. */
    void take(String piece) {
        if (place == Place.AFTER) {
            text.accept(piece);
            return;
        }
        if (place == Place.BEFORE && waiting.length() + piece.length() > SMALL) {
            takes.accept(2L * Character.BYTES * piece.length());
        }
        waiting.append(piece);
        if (place == Place.BEFORE) {
            before();
        }
        if (place == Place.INSIDE) {
            inside();
        }
    }

    private void before() {
        while (first < waiting.length() && Character.isWhitespace(waiting.charAt(first))) {
            first++;
        }
        int there = Math.min(OPEN.length(), waiting.length() - first);
        if (!OPEN.startsWith(waiting.substring(first, first + there))) {
            place = Place.AFTER;
            hand(text, waiting.length());
        } else if (there == OPEN.length()) {
            place = Place.INSIDE;
            waiting.delete(0, first + OPEN.length());
        }
    }

    private void inside() {
        int close = waiting.indexOf(CLOSE);
        if (close >= 0) {
            hand(reasoning, close);
            waiting.delete(0, CLOSE.length());
            place = Place.AFTER;
            hand(text, waiting.length());
            return;
        }
        int kept = Math.min(CLOSE.length() - 1, waiting.length());
        while (kept > 0 && !CLOSE.startsWith(waiting.substring(waiting.length() - kept))) {
            kept--;
        }
        hand(reasoning, waiting.length() - kept);
    }

    /** Nothing more comes: what waited for the rest of a tag is told as what it is. */
    void end() {
        hand(place == Place.INSIDE ? reasoning : text, waiting.length());
    }

    private void hand(Consumer<String> to, int length) {
        if (length > 0) {
            String piece = waiting.substring(0, length);
            waiting.delete(0, length);
            to.accept(piece);
        }
    }
}
