package io.dromedary.app.process;

import java.io.Console;

/** Whether somebody looks at what is printed, and lines that are written over in place. */
public final class Terminal {

    /** The cursor goes to the upper left corner. */
    public static final String HOME = "\u001b[H";
    /** What is left of the line goes. */
    public static final String REST_OF_LINE = "\u001b[K";
    /** What is left of the screen goes. */
    public static final String REST_OF_SCREEN = "\u001b[J";

    private Terminal() {
    }

    /** Whether the process reads from, and prints to, a terminal. */
    public static boolean isThere() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            // From Java 22 on there is a console without a terminal too, and a method that tells.
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Tells how far a long command is, in one line on standard error; nothing where nobody looks. */
    public static void progress(String text) {
        if (isThere()) {
            System.err.print("\r" + text + REST_OF_LINE);
            System.err.flush();
        }
    }

    /** The command is done: its line of progress goes. */
    public static void progressEnds() {
        progress("");
    }

    /** {@code text} with a space for each character that a terminal would obey, or not show. */
    public static String plain(String text) {
        StringBuilder plain = new StringBuilder(text);
        for (int i = 0; i < plain.length(); i++) {
            int type = Character.getType(plain.charAt(i));
            if (type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                plain.setCharAt(i, ' ');
            }
        }
        return plain.toString();
    }
}
