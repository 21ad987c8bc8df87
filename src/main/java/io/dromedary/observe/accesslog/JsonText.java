package io.dromedary.observe.accesslog;

import java.nio.charset.StandardCharsets;

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
    static void append(LineBytes out, String text) {
        if (!out.addPlain(text)) {
            out.add(escaped(text).getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whether a string of JSON has that character as it is, in one byte. */
    static boolean isPlain(char c) {
        return c >= ' ' && c < 127 && c != '"' && c != '\\';
    }

    private static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length() + 16).append('"');
        int length = text.length();
        int from = 0;
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (isPlain(c)) {
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
        return out.append(text, from, length).append('"').toString();
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
