package io.dromedary.dialect;

/** Follows the text of a JSON object piece by piece, to know when it is whole. Does not check its grammar. */
final class JsonProgress {

    private int depth;
    private boolean inText;
    private boolean escaped;
    private boolean whole;

    private JsonProgress() {
    }

    /** Nothing has come yet. */
    static JsonProgress none() {
        return new JsonProgress();
    }

    /** The next piece. */
    void feed(String piece) {
        for (int i = 0; i < piece.length() && !whole; i++) {
            char c = piece.charAt(i);
            if (escaped) {
                escaped = false;
            } else if (inText) {
                escaped = c == '\\';
                inText = c != '"';
            } else {
                outside(c);
            }
        }
    }

    private void outside(char c) {
        switch (c) {
            case '"' -> inText = true;
            case '{', '[' -> depth++;
            case '}', ']' -> {
                depth--;
                whole = depth <= 0;
            }
            default -> { }
        }
    }

    /** Whether what was opened first is closed. */
    boolean whole() {
        return whole;
    }
}
