package io.dromedary.server;

/**
 * Reads the lines of header or trailer fields, byte by byte, and keeps of them what says where a request ends (RFC
 * 9112, 5 and 6; RFC 9110, 5.5). A folded line, white space before the colon, a control character in a value and a bare
 * line end are faults: other readers mend or ignore each of them in ways of their own.
 */
final class FieldGrammar {

    private static final int LONGEST_NAME = "transfer-encoding".length();
    private static final int LONGEST_VALUE = 512;
    private static final int MOST_DIGITS = 18;

    private enum At { LINE_START, NAME, BEFORE_VALUE, VALUE, LINE_END, LAST_LINE_END }

    private final StringBuilder name = new StringBuilder(LONGEST_NAME + 1);
    private final StringBuilder value = new StringBuilder();
    private final boolean trailers;
    private At at = At.LINE_START;
    private boolean kept;
    private boolean over;
    private long length = -1;
    private boolean chunked;
    private int hosts;

    /** @param trailers whether these are fields after a body, which may say nothing about where it ends */
    FieldGrammar(boolean trailers) {
        this.trailers = trailers;
    }

    /** Takes one byte; false for one that may not stand there. */
    boolean take(int b) {
        switch (at) {
            case LINE_START:
                name.setLength(0);
                if (b == '\r') {
                    at = At.LAST_LINE_END;
                    return true;
                }
                at = At.NAME;
                return addToName(b);
            case NAME:
                return b == ':' ? nameEnds() : addToName(b);
            case BEFORE_VALUE:
                if (b == ' ') {
                    return true;
                }
                at = At.VALUE;
                return addToValue(b);
            case VALUE:
                return addToValue(b);
            case LINE_END:
                at = At.LINE_START;
                return b == '\n' && fieldEnds();
            default:
                over = b == '\n';
                return over;
        }
    }

    /** Whether the empty line after the last field has been taken. */
    boolean isOver() {
        return over;
    }

    /** The length that was announced, in bytes; -1 for none. */
    long length() {
        return length;
    }

    /** Whether the body comes in chunks. */
    boolean isChunked() {
        return chunked;
    }

    /** How many fields name a host. */
    int hosts() {
        return hosts;
    }

    private boolean addToName(int b) {
        if (name.length() <= LONGEST_NAME) {
            name.append((char) (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b));
        }
        return HttpCharacters.isToken(b);
    }

    private boolean nameEnds() {
        at = At.BEFORE_VALUE;
        value.setLength(0);
        String field = name.toString();
        kept = field.equals("content-length") || field.equals("transfer-encoding") || field.equals("host");
        return !(trailers && kept);
    }

    private boolean addToValue(int b) {
        if (b == '\r') {
            at = At.LINE_END;
            return true;
        }
        if (kept) {
            // Readers differ in whether a tab is white space here.
            value.append((char) b);
            return b >= ' ' && b < HttpCharacters.DELETE && value.length() <= LONGEST_VALUE;
        }
        return b == '\t' || b >= ' ' && b != HttpCharacters.DELETE;
    }

    private boolean fieldEnds() {
        if (!kept) {
            return true;
        }
        String text = value.toString().strip();
        switch (name.charAt(0)) {
            case 'c':
                return length < 0 && readLength(text);
            case 't':
                // One encoding is understood, and one field may say so: a list could be read to its first or its last.
                boolean first = !chunked;
                chunked = true;
                return first && text.equalsIgnoreCase("chunked");
            default:
                hosts++;
                return HttpCharacters.isHost(text);
        }
    }

    private boolean readLength(String text) {
        boolean digits = !text.isEmpty() && text.length() <= MOST_DIGITS && text.chars().allMatch(c -> c >= '0'
                && c <= '9');
        length = digits ? Long.parseLong(text) : -1;
        return digits;
    }
}
