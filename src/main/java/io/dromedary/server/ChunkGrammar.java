package io.dromedary.server;

/**
 * Reads a body in chunks, byte by byte but for the chunks themselves (RFC 9112, 7.1). A size is hexadecimal digits and
 * nothing else; an extension follows a semicolon, and no quotes in it may hold a line end or stay open.
 */
final class ChunkGrammar {

    private static final int MOST_DIGITS = 15;
    private static final int LONGEST_EXTENSION = 1024;
    private static final int HEXADECIMAL_BITS = 4;

    /** Private, since Camel's command line makes an instance of every class that it can. */
    private ChunkGrammar() {
    }

    /** One that has read nothing. */
    static ChunkGrammar create() {
        return new ChunkGrammar();
    }

    private enum At { SIZE, BEFORE_EXTENSION, EXTENSION, QUOTED, ESCAPED, SIZE_LINE_END, DATA, DATA_CR, DATA_LF,
            TRAILERS }

    private final FieldGrammar trailers = new FieldGrammar(true);
    private At at = At.SIZE;
    private int digits;
    private int extension;
    private long size;

    /** How many of the next bytes are a chunk's own, which need not be looked at. */
    long dataAhead() {
        return at == At.DATA ? size : 0;
    }

    /** Passes over so many bytes of a chunk. */
    void skip(long bytes) {
        size -= bytes;
        if (size == 0) {
            at = At.DATA_CR;
        }
    }

    /** Whether the body has ended. */
    boolean isOver() {
        return trailers.isOver();
    }

    /** Takes one byte that is not a chunk's own; false for one that may not stand there. */
    boolean take(int b) {
        switch (at) {
            case SIZE:
                return size(b);
            case BEFORE_EXTENSION:
                at = b == ';' ? At.EXTENSION : At.BEFORE_EXTENSION;
                return b == ';' || (b == ' ' || b == '\t') && ++extension <= LONGEST_EXTENSION;
            case EXTENSION:
                return extension(b);
            case QUOTED:
                at = b == '"' ? At.EXTENSION : b == '\\' ? At.ESCAPED : At.QUOTED;
                return isText(b);
            case ESCAPED:
                at = At.QUOTED;
                return isText(b);
            case SIZE_LINE_END:
                at = size == 0 ? At.TRAILERS : At.DATA;
                return b == '\n';
            case DATA_CR:
                at = At.DATA_LF;
                return b == '\r';
            case DATA_LF:
                at = At.SIZE;
                digits = 0;
                extension = 0;
                return b == '\n';
            default:
                return trailers.take(b);
        }
    }

    private boolean size(int b) {
        int digit = HttpCharacters.hexadecimal(b);
        if (digit >= 0) {
            size = size << HEXADECIMAL_BITS | digit;
            return ++digits <= MOST_DIGITS;
        }
        at = b == '\r' ? At.SIZE_LINE_END : b == ';' ? At.EXTENSION : At.BEFORE_EXTENSION;
        return digits > 0 && (b == '\r' || b == ';' || b == ' ' || b == '\t');
    }

    private boolean extension(int b) {
        at = b == '\r' ? At.SIZE_LINE_END : b == '"' ? At.QUOTED : At.EXTENSION;
        return b == '\r' || isText(b);
    }

    private boolean isText(int b) {
        return (HttpCharacters.isVisible(b) || b == ' ' || b == '\t') && ++extension <= LONGEST_EXTENSION;
    }
}
