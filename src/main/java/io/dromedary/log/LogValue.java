package io.dromedary.log;

/**
 * How a value is written in a line of log. What comes from clients, upstreams and files may hold line ends, terminal
 * escapes and quotes, and may be as long as a body; a line of log is one line of bounded length.
 */
public final class LogValue {

    /** How many characters of a value are written; the rest is told by its number. */
    public static final int LONGEST = 256;

    private LogValue() {
    }

    /**
     * {@code text} in quotes. Quotes and backslashes in it are escaped; control and format characters are written as
     * escapes.
     */
    public static String quoted(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), LONGEST) + 2).append('"');
        append(out, text);
        return out.append('"').toString();
    }

    /** {@code text} as it is where it is a short word of visible ASCII without quotes; else {@link #quoted}. */
    public static String word(String text) {
        boolean plain = !text.isEmpty() && text.length() <= LONGEST;
        for (int i = 0; i < text.length() && plain; i++) {
            char c = text.charAt(i);
            plain = c > ' ' && c < 127 && c != '"' && c != '\\';
        }
        return plain ? text : quoted(text);
    }

    private static void append(StringBuilder out, String text) {
        int end = Math.min(text.length(), LONGEST);
        if (end > 0 && end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (isUnprintable(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        if (end < text.length()) {
            out.append("... (").append(text.length() - end).append(" more)");
        }
    }

    /** {@code text} with a space for each character that would end its line or that no terminal shows as it is. */
    static String oneLine(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isUnprintable(text.charAt(i))) {
                StringBuilder clean = new StringBuilder(text);
                for (int j = i; j < clean.length(); j++) {
                    if (isUnprintable(clean.charAt(j))) {
                        clean.setCharAt(j, ' ');
                    }
                }
                return clean.toString();
            }
        }
        return text;
    }

    /** Control characters, the separators that end a line, and what changes the direction of writing or is not seen. */
    private static boolean isUnprintable(char c) {
        if (c < 127) {
            return c < ' ';
        }
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR;
    }
}
