package io.dromedary.server;

import io.netty.buffer.ByteBuf;

/**
 * Reads one request as RFC 9112 has it, beside the library's own reader and more strictly, to find where it ends and
 * whether anybody could see that end elsewhere. It keeps nothing but its place. What it refuses is listed, element by
 * element, by the test that compares it with another server.
 */
final class RequestGrammar {

    private static final int LONGEST_METHOD = 32;
    private static final String VERSION_BEFORE_MINOR = "HTTP/1.";

    /** Private, since Camel's command line makes an instance of every class that it can. */
    private RequestGrammar() {
    }

    /** One that has read nothing. */
    static RequestGrammar create() {
        return new RequestGrammar();
    }

    private enum At { START, EMPTY_LINE, METHOD, TARGET, VERSION, MINOR_VERSION, LINE_CR, LINE_LF, FIELDS, LENGTH,
            CHUNKS, END }

    private final StringBuilder method = new StringBuilder(LONGEST_METHOD);
    private final TargetGrammar target = TargetGrammar.create();
    private final FieldGrammar fields = new FieldGrammar(false);
    private final ChunkGrammar chunks = ChunkGrammar.create();
    private At at = At.START;
    private boolean emptyLineSeen;
    private int count;
    private boolean current;
    private long left;
    private String fault;

    /**
     * Looks at bytes {@code from} to {@code end}, of which the first is the next one of this request.
     *
     * @return where the look ended: behind the request's last byte, at the faulty one, or at {@code end}
     */
    int look(ByteBuf buffer, int from, int end) {
        int i = from;
        while (i < end && at != At.END) {
            long ahead = at == At.LENGTH ? left : at == At.CHUNKS ? chunks.dataAhead() : 0;
            if (ahead > 0) {
                int skipped = (int) Math.min(ahead, end - i);
                skip(skipped);
                i += skipped;
            } else if (take(buffer.getByte(i) & 0xff)) {
                i++;
            } else {
                fault = where();
                return i;
            }
        }
        return i;
    }

    /** Which part of the request cannot be taken; null while there is none. */
    String fault() {
        return fault;
    }

    /** Whether the request's last byte has been looked at. */
    boolean isOver() {
        return at == At.END;
    }

    private String where() {
        return switch (at) {
            case FIELDS -> fields.isOver() ? "its Host, Content-Length and Transfer-Encoding do not fit"
                    : "a header field";
            case CHUNKS -> "a chunk of its body";
            default -> "its request line";
        };
    }

    private void skip(int bytes) {
        if (at == At.CHUNKS) {
            chunks.skip(bytes);
        } else {
            left -= bytes;
            at = left == 0 ? At.END : At.LENGTH;
        }
    }

    private boolean take(int b) {
        switch (at) {
            case START:
                return start(b);
            case EMPTY_LINE:
                at = At.START;
                return b == '\n';
            case METHOD:
                return method(b);
            case TARGET:
                return target(b);
            case VERSION:
                at = count + 1 == VERSION_BEFORE_MINOR.length() ? At.MINOR_VERSION : At.VERSION;
                return b == VERSION_BEFORE_MINOR.charAt(count++);
            case MINOR_VERSION:
                at = At.LINE_CR;
                current = b == '1';
                return b == '0' || b == '1';
            case LINE_CR:
                at = At.LINE_LF;
                return b == '\r';
            case LINE_LF:
                at = At.FIELDS;
                return b == '\n';
            case FIELDS:
                boolean fits = fields.take(b);
                return fits && (!fields.isOver() || bodyBegins());
            default:
                boolean chunked = chunks.take(b);
                at = chunks.isOver() ? At.END : At.CHUNKS;
                return chunked;
        }
    }

    /** One empty line may come before a request (RFC 9112, 2.2). */
    private boolean start(int b) {
        if (b == '\r') {
            boolean first = !emptyLineSeen;
            emptyLineSeen = true;
            at = At.EMPTY_LINE;
            return first;
        }
        at = At.METHOD;
        return method(b) && b != ' ';
    }

    /** A CONNECT makes a tunnel of its connection, which nobody is offered here: what follows it could be anything. */
    private boolean method(int b) {
        if (b == ' ') {
            at = At.TARGET;
            return !method.toString().equals("CONNECT");
        }
        method.append((char) b);
        return HttpCharacters.isMethod(b) && method.length() <= LONGEST_METHOD;
    }

    private boolean target(int b) {
        if (b == ' ') {
            at = At.VERSION;
            return target.isWhole(method.toString().equals("OPTIONS"));
        }
        return target.take(b);
    }

    /** Decides where the request ends, from its fields; false where two readers could decide differently. */
    private boolean bodyBegins() {
        boolean hostFits = current ? fields.hosts() == 1 : fields.hosts() <= 1;
        if (!hostFits || fields.isChunked() && (fields.length() >= 0 || !current)) {
            return false;
        }
        left = fields.length();
        at = fields.isChunked() ? At.CHUNKS : left > 0 ? At.LENGTH : At.END;
        return true;
    }
}
