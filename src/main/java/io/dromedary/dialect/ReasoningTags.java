package io.dromedary.dialect;

import java.util.function.Consumer;

/**
 * Parts the reasoning that a model writes between {@code <think>} and {@code </think>}, at the beginning of its text,
 * from the text itself, however it is cut into pieces. Tags further on are text.
 */
final class ReasoningTags {

    private static final String OPEN = "<think>";
    private static final String CLOSE = "</think>";

    private final Consumer<String> reasoning;
    private final Consumer<String> text;
    private final StringBuilder waiting = new StringBuilder();
    private Place place = Place.BEFORE;

    private enum Place { BEFORE, INSIDE, AFTER }

    /**
     * @param reasoning takes pieces of reasoning
     * @param text      takes pieces of text
     */
    ReasoningTags(Consumer<String> reasoning, Consumer<String> text) {
        this.reasoning = reasoning;
        this.text = text;
    }

    /** The next piece. */
    void take(String piece) {
        if (place == Place.AFTER) {
            text.accept(piece);
            return;
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
        int first = 0;
        while (first < waiting.length() && Character.isWhitespace(waiting.charAt(first))) {
            first++;
        }
        int there = Math.min(OPEN.length(), waiting.length() - first);
        if (!OPEN.regionMatches(0, waiting.toString(), first, there)) {
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
