package io.dromedary.config;

import java.util.regex.Pattern;

/**
 * What stands behind {@code os.environ/}. It may be a key that somebody has pasted there, so that a message repeats it
 * only where it looks like nothing but a name: in capitals, without a part that is as long as a key or has its digits.
 */
final class VariableName {

    private static final int SHORTEST_KEY = 20;
    private static final int MOST_DIGITS = 3;
    private static final Pattern CAPITALS = Pattern.compile("[A-Z_][A-Z0-9_]*");

    private VariableName() {
    }

    /** What to call it, in words that go on after "the environment variable". */
    static String told(String name) {
        return isFitToTell(name) ? name : "that is named there (not repeated, it may be a key)";
    }

    /** What to write in a configuration that refers to it. */
    static String reference(String name) {
        return "os.environ/" + (isFitToTell(name) ? name : "NAME");
    }

    /** Whether it can be nothing but a name. */
    static boolean isFitToTell(String name) {
        if (!CAPITALS.matcher(name).matches()) {
            return false;
        }
        for (String part : name.split("_")) {
            if (part.length() >= SHORTEST_KEY || part.chars().filter(Character::isDigit).count() > MOST_DIGITS) {
                return false;
            }
        }
        return true;
    }
}
