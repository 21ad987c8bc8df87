package io.dromedary.answer;

/**
 * Makes any text fit for a header's value (RFC 9110, 5.5): a name that a client made up may hold line breaks or be as long
 * as a body.
 */
final class HeaderText {

    private static final int LONGEST = 512;

    private HeaderText() {
    }

    /** {@code text} with everything but printable ASCII as a question mark, and cut. */
    static String of(String text) {
        StringBuilder safe = new StringBuilder(Math.min(text.length(), LONGEST));
        for (int i = 0; i < text.length() && i < LONGEST; i++) {
            char c = text.charAt(i);
            safe.append(c >= ' ' && c < 127 ? c : '?');
        }
        return safe.toString();
    }
}
