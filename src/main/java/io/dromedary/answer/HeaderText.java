package io.dromedary.answer;

import java.util.regex.Pattern;

/**
 * Makes any text fit for a header's value (RFC 9110, 5.5): a name that a client made up may hold line breaks or be as
 * long as a body.
 */
final class HeaderText {

    private static final int LONGEST = 512;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private HeaderText() {
    }

    /** Whether {@code name} is a header's name (RFC 9110, 5.6.2): an upstream may have sent anything. */
    static boolean isName(String name) {
        return NAME.matcher(name).matches();
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
