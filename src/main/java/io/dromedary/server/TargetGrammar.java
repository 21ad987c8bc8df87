package io.dromedary.server;

/**
 * Reads a request's target, byte by byte: a path, an address of a host under http or https, or the asterisk of OPTIONS
 * (RFC 9112, 3.2). Not the host and port of a CONNECT, and no path in which an escape stands for NUL, at which readers
 * in C end.
 */
final class TargetGrammar {

    private static final String ASTERISK = "*";
    private static final int LONGEST_SCHEME = "https://".length();

    private final StringBuilder scheme = new StringBuilder(LONGEST_SCHEME);
    /** Private, since Camel's command line makes an instance of every class that it can. */
    private TargetGrammar() {
    }

    /** One that has read nothing. */
    static TargetGrammar create() {
        return new TargetGrammar();
    }

    private boolean hostBegins;
    private boolean inQuery;
    private int length;
    private int before;
    private int beforeThat;

    /** Takes one byte; false for one that may not stand there. */
    boolean take(int b) {
        boolean fits = HttpCharacters.isVisible(b) && (length == 0 ? begins(b) : goesOn(b));
        length++;
        inQuery |= b == '?';
        boolean nul = !inQuery && b == '0' && before == '0' && beforeThat == '%';
        beforeThat = before;
        before = b;
        return fits && !nul;
    }

    /** Whether what has been taken is a target of that method. */
    boolean isWhole(boolean options) {
        return length > 0 && scheme.isEmpty() && !hostBegins && (!isAsterisk() || options);
    }

    private boolean isAsterisk() {
        return length == 1 && before == ASTERISK.charAt(0);
    }

    private boolean begins(int b) {
        if (b == 'h' || b == 'H') {
            scheme.append('h');
            return true;
        }
        return b == '/' || b == ASTERISK.charAt(0);
    }

    private boolean goesOn(int b) {
        if (!scheme.isEmpty()) {
            scheme.append((char) (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b));
            String soFar = scheme.toString();
            if (soFar.equals("http://") || soFar.equals("https://")) {
                scheme.setLength(0);
                hostBegins = true;
            }
            return "http://".startsWith(soFar) || "https://".startsWith(soFar);
        }
        boolean fits = !isAsterisk() && (!hostBegins || HttpCharacters.isHost(String.valueOf((char) b)) && b != ':');
        hostBegins = false;
        return fits;
    }
}
