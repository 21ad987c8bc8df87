package io.dromedary.server;

import java.util.BitSet;

/** Which characters may stand where in a request (RFC 9110, 5.6.2; RFC 3986, 3.2.2). */
final class HttpCharacters {

    /** The one control character above the others. */
    static final int DELETE = 0x7f;

    private static final BitSet TOKEN = new BitSet();
    private static final BitSet HOST = new BitSet();

    static {
        for (int c = '!'; c < DELETE; c++) {
            boolean letterOrDigit = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            TOKEN.set(c, letterOrDigit || "!#$%&'*+-.^_`|~".indexOf(c) >= 0);
            HOST.set(c, letterOrDigit || "-._~%!$&'()*+,;=:[]".indexOf(c) >= 0);
        }
    }

    private HttpCharacters() {
    }

    /** Whether {@code b} may stand in a field's name. */
    static boolean isToken(int b) {
        return TOKEN.get(b);
    }

    /** Whether {@code b} may stand in a method. All that are registered are of capitals and hyphens. */
    static boolean isMethod(int b) {
        return b >= 'A' && b <= 'Z' || b == '-' || b == '_';
    }

    /** Whether {@code b} is visible ASCII. */
    static boolean isVisible(int b) {
        return b > ' ' && b < DELETE;
    }

    /** Whether {@code text} can be a host with or without a port. */
    static boolean isHost(String text) {
        return !text.isEmpty() && text.charAt(0) != ':' && !text.contains("..") && text.chars().allMatch(HOST::get);
    }

    /** What the hexadecimal digit {@code b} counts; -1 for anything else. */
    static int hexadecimal(int b) {
        return b < DELETE ? Character.digit(b, 16) : -1;
    }
}
