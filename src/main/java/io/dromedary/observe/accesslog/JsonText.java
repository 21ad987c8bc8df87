package io.dromedary.observe.accesslog;

/**
 * Writes texts as JSON strings (RFC 8259) that hold visible characters alone, so that a line of them is one line in
 * whatever reads it: control and format characters, the separators that end a line, and halves of surrogate pairs are
 * escaped.
 */
final class JsonText {

    private static final String HEX = "0123456789abcdef";

    private JsonText() {
    }

    /** Adds {@code text} in quotes. */
    static void append(StringBuilder out, String text) {
        out.append('"');
        int length = text.length();
        int from = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c < 127 && c != '"' && c != '\\') {
                continue;
            }
            if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))
                    && shows(Character.getType(text.codePointAt(i)))) {
                i++;
                continue;
            }
            if (c > 127 && !Character.isSurrogate(c) && shows(Character.getType(c))) {
                continue;
            }
            out.append(text, from, i);
            from = i + 1;
            escape(out, c);
        }
        out.append(text, from, length).append('"');
    }

    private static boolean shows(int type) {
        return type != Character.CONTROL && type != Character.FORMAT && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR && type != Character.UNASSIGNED;
    }

    private static void escape(StringBuilder out, char c) {
        if (c == '"' || c == '\\') {
            out.append('\\').append(c);
            return;
        }
        out.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt(c >> 8 & 15)).append(HEX.charAt(c >> 4 & 15))
                .append(HEX.charAt(c & 15));
    }
}
